package ai.ultrathink.understudy.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL of our own in a directory that holds the file of an earlier one. */
class EmbeddedDatabaseTest {

    @TempDir
    static Path elsewhere = Path.of("");

    private static LocalPostgres other;
    private static Path others = Path.of("");

    @TempDir
    Path directory = Path.of("");

    @BeforeAll
    static void start_somebody_elses() throws IOException {
        other = LocalPostgres.start(elsewhere);
        others = elsewhere.resolve("postgres");
    }

    @AfterAll
    static void stop_it() throws IOException {
        other.close();
    }

    @Test
    void a_file_that_names_somebody_elses_postgresql_stops_nobody() throws Exception {
        // a directory that was copied while its PostgreSQL ran
        leave(file(others));

        startsAndTheOtherLives();
    }

    @Test
    void a_file_whose_number_another_postgresql_has_by_now_stops_nobody() throws Exception {
        leave(List.of(
                file(others).getFirst(), postgres().toString(), file(others).get(2)));

        startsAndTheOtherLives();
    }

    @Test
    void a_file_older_than_the_process_that_has_its_number_stops_nobody() throws Exception {
        long before = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
        leave(List.of(String.valueOf(ProcessHandle.current().pid()), postgres().toString(), String.valueOf(before)));

        startsAndTheOtherLives();
    }

    @Test
    void a_file_with_anything_in_it_is_no_hindrance() throws Exception {
        leave(List.of("no number"));

        startsAndTheOtherLives();
    }

    @Test
    void the_directorys_own_postgresql_that_was_left_running_is_stopped() throws Exception {
        EmbeddedDatabase left = EmbeddedDatabase.start(directory);
        ProcessHandle postmaster =
                ProcessHandle.of(Long.parseLong(file(postgres()).getFirst())).orElseThrow();

        OrphanedPostgres.stop(postgres());

        assertFalse(postmaster.isAlive());
        assertFalse(Files.exists(postgres().resolve("postmaster.pid")));
        left.close();
    }

    private void startsAndTheOtherLives() throws Exception {
        String database = other.newDatabase();
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(directory)) {
            assertAnswers(embedded.url());
        }
        try (Connection connection = LocalPostgres.connect(database)) {
            assertTrue(connection.isValid(5));
        }
    }

    private static void assertAnswers(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:" + url, "postgres", "")) {
            assertTrue(connection.isValid(5));
        }
    }

    /** A data directory that was used before, with a file. */
    private void leave(List<String> lines) throws IOException {
        EmbeddedDatabase.start(directory).close();
        assertFalse(Files.exists(postgres().resolve("postmaster.pid")));
        Files.write(postgres().resolve("postmaster.pid"), lines);
        assertEquals(lines, file(postgres()));
    }

    private Path postgres() {
        return directory.resolve("postgres").toAbsolutePath();
    }

    private static List<String> file(Path data) throws IOException {
        return Files.readAllLines(data.resolve("postmaster.pid")).stream()
                .map(String::strip)
                .toList();
    }
}
