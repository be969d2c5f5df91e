package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibtorchTest {

    @Test
    void a_start_without_the_setting_of_mkl_says_what_to_set() {
        String said = Libtorch.advice(Map.of("OMP_NUM_THREADS", "1")).orElseThrow();

        assertTrue(said.contains("MKL_CBWR=AUTO,STRICT"), said);
        assertEquals(1, said.lines().count());
        assertTrue(Libtorch.advice(Map.of("MKL_CBWR", " ")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO,STRICT", "COMPATIBLE"})
    void what_somebody_has_set_is_theirs(String set) {
        assertEquals(Optional.empty(), Libtorch.advice(Map.of("MKL_CBWR", set)));
    }

    /** The build looks for them there alone, and nowhere else does a class with the tag run. */
    @Test
    void the_tests_that_need_libtorch_are_those_of_inference() throws IOException {
        Path tests = Path.of("src", "test", "java", "ai", "ultrathink", "understudy");
        try (Stream<Path> files = Files.walk(tests)) {
            List<Path> tagged = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(LibtorchTest::isTagged)
                    .toList();

            assertFalse(tagged.isEmpty());
            for (Path file : tagged) {
                assertEquals(tests.resolve("inference"), file.getParent());
                assertTrue(file.toString().endsWith("Test.java"), file::toString);
            }
        }
    }

    private static boolean isTagged(Path file) {
        try {
            return Files.readString(file).contains("@Tag(\"libtorch\")");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tests measure and compare bits, so they run as the service does. */
    @Test
    void the_tests_run_with_the_setting_of_mkl() {
        assertEquals("AUTO,STRICT", System.getenv("MKL_CBWR"));
    }
}
