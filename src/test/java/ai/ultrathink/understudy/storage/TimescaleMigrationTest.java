package ai.ultrathink.understudy.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs every migration, both flavours, on a real TimescaleDB and a plain PostgreSQL inside Node: src/test/timescale. Without
 * npm it is skipped with a line that says so, but never where {@code CI=true}.
 */
class TimescaleMigrationTest {

    private static final Path FOLDER = Path.of("src", "test", "timescale");
    private static final String SKIPPED =
            "TimescaleDB test SKIPPED: npm or node is not on the PATH; install Node.js 18 or newer to run it";

    @BeforeAll
    static void needs_npm() {
        boolean present = Stream.of("npm", "node").allMatch(TimescaleMigrationTest::isOnPath);
        if (!present) {
            assertFalse(
                    "true".equals(System.getenv("CI")),
                    "CI must run the TimescaleDB test: install Node.js 18 or newer");
            System.err.println(SKIPPED);
        }
        assumeTrue(present, SKIPPED);
    }

    @Test
    void migrations_aggregates_policies_and_functions_work_on_timescaledb_and_on_plain_postgresql()
            throws IOException, InterruptedException {
        run("npm", "ci", "--no-audit", "--no-fund");
        String report = run("node", "run.mjs");
        assertTrue(report.matches("(?s).*\\n[1-9]\\d* passed, 0 failed\\s*"), report);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("understudy-timescale", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertTrue(ended, () -> String.join(" ", command) + " did not end within 5 minutes:\n" + text);
            assertEquals(0, process.exitValue(), () -> String.join(" ", command) + " failed:\n" + text);
            return text;
        } finally {
            Files.delete(output);
        }
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
