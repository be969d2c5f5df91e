package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.ConfigDefaultsTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Renders every overlay with {@code kubectl kustomize} and holds the objects to their schema and to the house's rules. */
class KubernetesTest {

    private static final Path K8S = Path.of("deploy", "k8s");
    private static final Map<String, Cluster> OVERLAYS = new TreeMap<>();
    private static Kubectl kubectl = new Kubectl(Path.of(""));

    @BeforeAll
    static void render() throws IOException, InterruptedException {
        kubectl = Kubectl.fetched();
        for (String overlay : List.of("dev", "production", "jvm")) {
            OVERLAYS.put(
                    overlay,
                    Cluster.of(kubectl.kustomize(K8S.resolve("overlays").resolve(overlay))));
        }
    }

    private static Cluster overlay(String name) {
        return OVERLAYS.get(name);
    }

    private static Deployment deployment(String overlay) {
        return overlay(overlay).one(Deployment.class, "understudy");
    }

    private static Container container(String overlay) {
        return deployment(overlay)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    @Test
    void every_overlay_is_tested() throws IOException {
        try (var folders = Files.list(K8S.resolve("overlays"))) {
            assertEquals(
                    OVERLAYS.keySet().stream().toList(),
                    folders.map(folder -> folder.getFileName().toString())
                            .sorted()
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production", "jvm"})
    void keeps_the_rules(String overlay) {
        assertEquals(List.of(), Rules.broken(overlay(overlay)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production", "jvm"})
    void the_grace_period_is_longer_than_an_ending_takes(String overlay) throws IOException {
        PodSpec pod = deployment(overlay).getSpec().getTemplate().getSpec();
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        }
        long longest = container(overlay).getLifecycle().getPreStop().getSleep().getSeconds()
                + seconds(settings.getProperty("quarkus.shutdown.delay"))
                + seconds(settings.getProperty("quarkus.shutdown.timeout"))
                + seconds(variables(overlay).get("UNDERSTUDY_JOURNAL_DRAIN_TIMEOUT"));

        assertTrue(pod.getTerminationGracePeriodSeconds() >= longest + 5, longest + " s");
    }

    private static long seconds(String duration) {
        return Duration.parse("PT" + duration).toSeconds();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production", "jvm"})
    void the_journal_refuses_before_the_kubelet_evicts(String overlay) {
        PodSpec pod = deployment(overlay).getSpec().getTemplate().getSpec();
        long journal =
                bytes(variables(overlay).get("UNDERSTUDY_JOURNAL_MAX_SIZE").replace("G", "Gi"));
        long volume = bytes("data", pod);
        long container = Quantity.getAmountInBytes(
                        container(overlay).getResources().getLimits().get("ephemeral-storage"))
                .longValueExact();

        assertTrue(journal < volume, journal + " of " + volume);
        assertTrue(volume + bytes("models", pod) + bytes("tmp", pod) < container);
    }

    private static long bytes(String volume, PodSpec pod) {
        return pod.getVolumes().stream()
                .filter(candidate -> candidate.getName().equals(volume))
                .mapToLong(
                        found -> Quantity.getAmountInBytes(found.getEmptyDir().getSizeLimit())
                                .longValueExact())
                .sum();
    }

    private static long bytes(String amount) {
        return Quantity.getAmountInBytes(new Quantity(amount)).longValueExact();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production", "jvm"})
    void every_variable_is_one_that_the_service_reads(String overlay) {
        List<String> known = ConfigDefaultsTest.settings().stream()
                .map(setting -> setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                .toList();

        for (String variable : variables(overlay).keySet()) {
            assertTrue(variable.equals("DATABASE_URL") || known.contains(variable), variable);
        }
        assertTrue(variables(overlay).get("DATABASE_URL").startsWith("postgresql://"));
    }

    private static Map<String, String> variables(String overlay) {
        return overlay(overlay).one(ConfigMap.class, "understudy").getData();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "production", "jvm"})
    void the_image_finds_what_is_mounted_for_it(String overlay) {
        Dockerfile image = Dockerfile.read(overlay.equals("production") ? "native" : "jvm");
        List<String> mounts = container(overlay).getVolumeMounts().stream()
                .map(mount -> mount.getMountPath())
                .toList();

        assertEquals(
                List.of(
                        image.environment().get("UNDERSTUDY_DATA_DIR"),
                        image.environment().get("UNDERSTUDY_MODELS_DIR"),
                        "/tmp"),
                mounts);
        assertEquals(
                Dockerfile.read("models").only("ENTRYPOINT").elements().getLast(),
                deployment(overlay)
                                .getSpec()
                                .getTemplate()
                                .getSpec()
                                .getInitContainers()
                                .getFirst()
                                .getVolumeMounts()
                                .getFirst()
                                .getMountPath()
                        + "/");
        assertEquals(
                image.only("USER").text().split(":", 2)[0],
                deployment(overlay)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getSecurityContext()
                        .getRunAsUser()
                        .toString());
    }

    @Test
    void images_are_of_this_version() throws IOException {
        String version = Release.version();

        assertEquals(
                "ghcr.io/ultrathink/understudy:" + version,
                container("production").getImage());
        assertEquals(
                "ghcr.io/ultrathink/understudy:" + version + "-jvm",
                container("jvm").getImage());
        assertEquals(
                "ghcr.io/ultrathink/understudy:" + version + "-jvm",
                container("dev").getImage());
    }

    @Test
    void production_has_no_database_and_no_secret_of_its_own() {
        assertEquals(List.of(), overlay("production").all(StatefulSet.class));
        assertEquals(List.of(), overlay("production").all(Secret.class));
        assertEquals(1, overlay("dev").all(StatefulSet.class).size());
        assertEquals(1, overlay("dev").all(Secret.class).size());
    }

    @Test
    void the_jvm_differs_from_production_in_image_and_memory_alone() throws IOException, InterruptedException {
        String production = kubectl.kustomize(K8S.resolve("overlays/production"));
        String jvm = kubectl.kustomize(K8S.resolve("overlays/jvm"));

        assertEquals(
                production
                        .replaceFirst("- args:\n +- -Xmx\\w+\n +env:", "- env:")
                        .replace("memory: 768Mi", "memory: 1280Mi"),
                jvm.replace(Release.version() + "-jvm", Release.version()));
    }

    @Test
    void the_rate_of_predictions_comes_on_top_where_an_adapter_is(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path here = directory.toRealPath().relativize(K8S.toRealPath());
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
        String adapter = Files.readString(K8S.resolve("components/scale-by-requests/prometheus-adapter.yaml"));
        assertTrue(adapter.contains(
                "as: " + metrics.getLast().getPods().getMetric().getName()));
        assertTrue(Files.readString(Path.of("docs/metrics.md")).contains("`understudy_predictions_total`"));
    }
}
