package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Renders every overlay with {@code kubectl kustomize} and holds the objects to their schema and to the house's rules. */
@SuppressWarnings("NullAway") // a null fails the test
class KubernetesTest {

    private static final List<String> NAMES = Overlay.NAMES;
    private static Kubectl kubectl = new Kubectl(Path.of(""));
    private static Map<String, Overlay> overlays = Map.of();

    @BeforeAll
    static void render() throws IOException, InterruptedException {
        kubectl = Kubectl.fetched();
        overlays = Overlay.renderAll(kubectl).stream().collect(Collectors.toMap(Overlay::name, Function.identity()));
    }

    private static Overlay overlay(String name) {
        return overlays.get(name);
    }

    @Test
    void every_overlay_is_tested() throws IOException {
        try (Stream<Path> folders = Files.list(Overlay.K8S.resolve("overlays"))) {
            assertEquals(
                    NAMES,
                    folders.map(folder -> folder.getFileName().toString())
                            .sorted()
                            .toList());
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void keeps_the_rules(String name) {
        assertEquals(List.of(), ManifestRules.broken(overlay(name).cluster()));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void callers_are_known_by_the_label_for_callers_alone(String name) {
        NetworkPolicyPeer callers = overlay(name)
                .cluster()
                .one(NetworkPolicy.class, "understudy")
                .getSpec()
                .getIngress()
                .getFirst()
                .getFrom()
                .getFirst();

        // kustomize adds the service's own labels to each matchLabels that it finds
        assertEquals(Map.of(), callers.getPodSelector().getMatchLabels());
        assertEquals(
                List.of("understudy.ultrathink.ai/caller"),
                callers.getPodSelector().getMatchExpressions().stream()
                        .map(LabelSelectorRequirement::getKey)
                        .toList());
    }

    @Test
    void images_are_of_this_version() throws IOException {
        String version = Release.version();

        assertEquals(
                "ghcr.io/ultrathink/understudy:" + version,
                overlay("production").container().getImage());
        assertEquals(
                "ghcr.io/ultrathink/understudy:" + version + "-jvm",
                overlay("jvm").container().getImage());
        for (String name : NAMES) {
            assertEquals(
                    "ghcr.io/ultrathink/understudy-models:" + version,
                    overlay(name).pod().getInitContainers().getFirst().getImage());
        }
    }

    @Test
    void production_has_no_database_and_no_secret_of_its_own() {
        assertEquals(List.of(), overlay("production").cluster().all(StatefulSet.class));
        assertEquals(List.of(), overlay("production").cluster().all(Secret.class));
        assertEquals(1, overlay("dev").cluster().all(StatefulSet.class).size());
        assertEquals(1, overlay("dev").cluster().all(Secret.class).size());
    }

    @Test
    void the_jvm_differs_from_production_in_image_and_memory_alone() throws IOException {
        assertEquals(
                overlay("production")
                        .text()
                        .replaceFirst("- args:\n +- -Xmx\\w+\n +env:", "- env:")
                        .replace("memory: 1024Mi", "memory: 1536Mi"),
                overlay("jvm").text().replace(Release.version() + "-jvm", Release.version()));
    }

    @Test
    void the_rate_of_predictions_comes_on_top_where_an_adapter_is(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path here = directory.toRealPath().relativize(Overlay.K8S.toRealPath());
        Files.writeString(directory.resolve("kustomization.yaml"), """
                resources: [%s/overlays/production]
                components: [%s/components/scale-by-requests]
                """.formatted(here, here));

        Cluster cluster = Cluster.of(kubectl.kustomize(directory));

        List<MetricSpec> metrics = cluster.one(HorizontalPodAutoscaler.class, "understudy")
                .getSpec()
                .getMetrics();
        assertEquals(
                List.of("Resource", "Pods"),
                metrics.stream().map(MetricSpec::getType).toList());
        String adapter = Files.readString(Overlay.K8S.resolve("components/scale-by-requests/prometheus-adapter.yaml"));
        assertTrue(adapter.contains(
                "as: " + metrics.getLast().getPods().getMetric().getName()));
        assertTrue(Files.readString(Path.of("docs/metrics.md")).contains("`understudy_predictions_total`"));
    }
}
