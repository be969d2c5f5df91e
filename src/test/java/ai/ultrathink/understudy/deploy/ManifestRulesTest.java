package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests of the manifests would be worth nothing if they took everything: each rule is broken once. */
class ManifestRulesTest {

    private static String sound() throws IOException {
        return Files.readString(Path.of("src", "test", "resources", "kubernetes", "sound.yaml"));
    }

    private static String spoiled(String from, String to) throws IOException {
        String sound = sound();
        String spoiled = sound.replaceFirst(from, to.replace("\\n", "\n"));
        assertNotEquals(sound, spoiled, from);
        return spoiled;
    }

    @Test
    void a_sound_cluster_breaks_no_rule() throws IOException {
        assertEquals(List.of(), ManifestRules.broken(Cluster.of(sound())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "an unknown field             | maxReplicas: 4        | maxReplica: 4",
                "an unknown field in a pod    | runAsNonRoot: true    | runAsNoRoot: true",
                "an unknown field in a probe  | periodSeconds: 1      | periodSecond: 1",
                "an unknown field at the top  | kind: Service\\n      | kind: Service\\nspeck: {}\\n",
                "a field in the wrong place   | drop:                 | add: []\\n              drops:",
                "a text for a number          | minReplicas: 2        | minReplicas: '2'",
                "a number for a truth         | runAsNonRoot: true    | runAsNonRoot: 1",
                "a key twice                  | maxReplicas: 4        | maxReplicas: 4\\n  maxReplicas: 5",
                "an old version of a kind     | autoscaling/v2        | autoscaling/v1",
                "a kind that is not checked   | kind: ConfigMap       | kind: CronJob"
            })
    void the_schema_refuses(String what, String from, String to) throws IOException {
        String spoiled = spoiled(from, to);

        assertThrows(IllegalArgumentException.class, () -> Cluster.of(spoiled), what);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "has no label app.kubernetes.io/part-of  | part-of: theatre                | part: theatre",
                "there are 0 namespaces                  | kind: Namespace                 | kind: ServiceAccount",
                "does not enforce the restricted         | enforce: restricted             | enforce: baseline",
                "is not in the namespace                 | namespace: stage                | namespace: cellar",
                "runAsNonRoot is not true                | runAsNonRoot: true              | runAsNonRoot: false",
                "no runAsUser other than root            | runAsUser: 65532                | runAsUser: 0",
                "seccompProfile is not RuntimeDefault    | type: RuntimeDefault            | type: Unconfined",
                "a service account token is mounted      | Token: false\\n      term       | Token: true\\n      term",
                "host namespaces                         | serviceAccountName: prompter    | serviceAccountName: prompter\\n      hostNetwork: true",
                "no terminationGracePeriodSeconds        | terminationGracePeriodSeconds: 30 | hostname: stage",
                "volume data may fill the node           | sizeLimit: 1Gi                  | medium: Memory",
                "volume data is the host's               | emptyDir:\\n            sizeLimit: 1Gi | hostPath:\\n            path: /",
                "may gain privileges                     | Escalation: false               | Escalation: true",
                "may write to its root file system       | readOnlyRootFilesystem: true    | readOnlyRootFilesystem: false",
                "is privileged                           | readOnlyRootFilesystem: true    | readOnlyRootFilesystem: true\\n            privileged: true",
                "keeps capabilities                      | - ALL                           | - NET_RAW",
                "has an image that changes               | prompter:1.2.3                  | prompter:latest",
                "has an image that changes               | example.com/prompter:1.2.3      | example.com/prompter",
                "requests no memory                      | requests:\\n              cpu: .1.\\n              memory: 64Mi | requests:\\n              cpu: '1'",
                "has no limit of cpu                     | limits:\\n              cpu: .1. | limits:",
                "may take memory that the node           | memory: 64Mi                    | memory: 32Mi",
                "startupProbe is missing                 | (?s)startupProbe:.*?(?=readinessProbe) | ''",
                "leaves its times to defaults            | timeoutSeconds: 1               | successThreshold: 1",
                "asks /                                  | path: /q/health/live            | path: /",
                "names no port of the container          | port: http                      | port: https",
                "does not select its own pods            | matchLabels:\\n      app.kubernetes.io/name: prompter | matchLabels:\\n      app.kubernetes.io/name: other",
                "no service account                      | serviceAccountName: prompter    | serviceAccountName: other",
                "no config map script                    | name: script\\n  namespace      | name: other\\n  namespace",
                "no secret other                         | name: understudy-database       | name: other",
                "no volume other                         | name: data\\n              mount | name: other\\n              mount",
                "selects no pods with                    | selector:\\n    app.kubernetes.io/name: prompter | selector:\\n    app.kubernetes.io/name: other",
                "no network policy selects its pods      | podSelector:\\n    matchLabels:\\n      app.kubernetes.io/name: prompter | podSelector:\\n    matchLabels:\\n      app.kubernetes.io/name: other",
                "no port metrics                         | targetPort: http                | targetPort: metrics",
                "no deployment other                     | kind: Deployment\\n    name: prompter | kind: Deployment\\n    name: other",
                "the deployment sets replicas            | spec:\\n  selector:\\n    match | spec:\\n  replicas: 3\\n  selector:\\n    match",
                "more at least than at most              | minReplicas: 2                  | minReplicas: 5"
            })
    void a_rule_notices(String complaint, String from, String to) throws IOException {
        List<String> broken = ManifestRules.broken(Cluster.of(spoiled(from, to)));

        assertTrue(broken.stream().anyMatch(line -> line.contains(complaint)), () -> complaint + " in " + broken);
    }
}
