package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Npm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs every migration, both flavours, on a real TimescaleDB and a plain PostgreSQL inside Node: src/test/timescale. Without
 * npm it is skipped with a line that says so, but never where {@code CI=true}.
 */
class TimescaleMigrationTest {

    @BeforeAll
    static void needs_npm() {
        Npm.assumePresent("TimescaleDB test");
    }

    @Test
    void migrations_aggregates_policies_and_functions_work_on_timescaledb_and_on_plain_postgresql()
            throws IOException, InterruptedException {
        String report = new Npm(Path.of("src", "test", "timescale")).install().node("run.mjs");

        assertTrue(report.matches("(?s).*\\n[1-9]\\d* passed, 0 failed\\s*"), report);
    }
}
