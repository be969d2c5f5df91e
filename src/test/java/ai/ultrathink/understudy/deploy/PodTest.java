package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.ConfigDefaultsTest;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The service's pod, in every overlay, against what the service and its image say of themselves. */
@SuppressWarnings("NullAway") // a null fails the test
class PodTest {

    /** What http.identity reads without a mapping. */
    private static final Set<String> OF_ACCESS = Set.of(
            "UNDERSTUDY_AUTH",
            "UNDERSTUDY_TOKENS_FILE",
            "UNDERSTUDY_ALLOW_ANONYMOUS",
            "UNDERSTUDY_MANAGEMENT_PORT",
            "OIDC_ISSUER",
            "OIDC_AUDIENCE",
            "OIDC_ROLES_CLAIM",
            "OIDC_CLIENT_ID",
            "OIDC_CLIENT_SECRET");

    private static List<Overlay> overlays = List.of();

    @BeforeAll
    static void render() throws IOException, InterruptedException {
        overlays = Overlay.renderAll(Kubectl.fetched());
    }

    static List<Overlay> overlays() {
        return overlays;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void the_grace_period_is_longer_than_an_ending_takes(Overlay overlay) throws IOException {
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        }
        long longest =
                overlay.container().getLifecycle().getPreStop().getSleep().getSeconds()
                        + seconds(settings.getProperty("quarkus.shutdown.delay"))
                        + seconds(settings.getProperty("quarkus.shutdown.timeout"))
                        + seconds(overlay.variables().get("UNDERSTUDY_JOURNAL_DRAIN_TIMEOUT"));

        assertTrue(overlay.pod().getTerminationGracePeriodSeconds() >= longest + 5, longest + " s");
    }

    private static long seconds(String duration) {
        return Duration.parse("PT" + duration).toSeconds();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void the_journal_refuses_before_the_kubelet_evicts(Overlay overlay) {
        long journal =
                bytes(overlay.variables().get("UNDERSTUDY_JOURNAL_MAX_SIZE").replace("G", "Gi"));
        long all = bytes(overlay, "data") + bytes(overlay, "models") + bytes(overlay, "tmp");

        assertTrue(journal < bytes(overlay, "data"));
        assertTrue(all < bytes(limit(overlay, "ephemeral-storage")));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void the_heap_leaves_room_for_what_lies_beside_it(Overlay overlay) {
        long memory = bytes(limit(overlay, "memory"));
        List<String> arguments = overlay.container().getArgs();
        long heap = arguments.isEmpty()
                ? memory * percentage(overlay.image()) / 100
                : bytes(arguments.getFirst().replace("-Xmx", "").replace("m", "Mi"));

        assertTrue(heap * 100 <= memory * 60, heap + " of " + memory);
        long worker =
                bytes(overlay.variables().get("UNDERSTUDY_TREATMENT_MAX_MEMORY").replace("M", "Mi"));
        assertTrue(heap + worker + bytes("100Mi") <= memory, heap + " and " + worker + " of " + memory);
    }

    private static long percentage(Dockerfile image) {
        return Pattern.compile("-XX:MaxRAMPercentage=(\\d+)")
                .matcher(image.only("ENTRYPOINT").text())
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static String limit(Overlay overlay, String resource) {
        return overlay.container().getResources().getLimits().get(resource).toString();
    }

    private static long bytes(Overlay overlay, String volume) {
        return overlay.pod().getVolumes().stream()
                .filter(candidate -> candidate.getName().equals(volume))
                .mapToLong(found -> bytes(found.getEmptyDir().getSizeLimit().toString()))
                .sum();
    }

    private static long bytes(String amount) {
        return Quantity.getAmountInBytes(new Quantity(amount)).longValueExact();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_variable_is_one_that_the_service_reads(Overlay overlay) {
        List<String> known = Stream.concat(
                        ConfigDefaultsTest.settings().stream()
                                .map(setting -> setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT)),
                        OF_ACCESS.stream())
                .toList();

        for (String variable : overlay.variables().keySet()) {
            assertTrue(variable.equals("DATABASE_URL") || known.contains(variable), variable);
        }
        assertTrue(overlay.variables().get("DATABASE_URL").startsWith("postgresql://"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void the_image_finds_what_is_mounted_for_it(Overlay overlay) {
        Dockerfile image = overlay.image();

        List<String> expected = new ArrayList<>(List.of(
                image.environment().get("UNDERSTUDY_DATA_DIR"),
                image.environment().get("UNDERSTUDY_MODELS_DIR"),
                "/tmp"));
        String tokens = overlay.variables().get("UNDERSTUDY_TOKENS_FILE");
        if (tokens != null) {
            expected.addFirst(Path.of(tokens).getParent().toString());
        }

        assertEquals(
                expected,
                overlay.container().getVolumeMounts().stream()
                        .map(VolumeMount::getMountPath)
                        .toList());
        assertEquals(
                Dockerfile.read("models").only("ENTRYPOINT").elements().getLast(),
                overlay.pod()
                                .getInitContainers()
                                .getFirst()
                                .getVolumeMounts()
                                .getFirst()
                                .getMountPath()
                        + "/");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void the_user_is_the_images(Overlay overlay) {
        assertEquals(
                overlay.image().only("USER").text(),
                overlay.pod().getSecurityContext().getRunAsUser() + ":"
                        + overlay.pod().getSecurityContext().getRunAsGroup());
    }
}
