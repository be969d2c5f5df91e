package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibtorchTest {

    private static final Pattern INCLUDE = Pattern.compile("<include>([^<]+)</include>");

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
    void each_test_that_needs_libtorch_is_named_by_the_execution_that_has_it() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        int execution = pom.indexOf("<id>test-with-libtorch</id>");
        List<PathMatcher> included = INCLUDE.matcher(pom.substring(execution, pom.indexOf("</execution>", execution)))
                .results()
                .map(include -> FileSystems.getDefault().getPathMatcher("glob:" + include.group(1)))
                .toList();
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            List<Path> tagged = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(LibtorchTest::isTagged)
                    .toList();

            assertFalse(tagged.isEmpty());
            for (Path file : tagged) {
                assertTrue(included.stream().anyMatch(include -> include.matches(file)), file::toString);
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
