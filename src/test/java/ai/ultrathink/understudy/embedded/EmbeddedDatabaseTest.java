package ai.ultrathink.understudy.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
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

    @Test
    void what_it_needs_is_for_its_user_alone_and_there_is_no_socket() throws Exception {
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(directory);
                Connection connection = connect(embedded, embedded.password());
                ResultSet sockets = connection.createStatement().executeQuery("show unix_socket_directories")) {
            assertEquals("rw-------", permissions("postgres-password"));
            assertEquals("rwx------", permissions("postgres-programs"));
            assertEquals("rwx------", permissions("postgres"));
            String program = ProcessHandle.of(Long.parseLong(file(postgres()).getFirst()))
                    .orElseThrow()
                    .info()
                    .command()
                    .orElseThrow();
            assertTrue(program.startsWith(directory.toAbsolutePath().toString()), program);
            assertTrue(sockets.next());
            assertEquals("", sockets.getString(1));
        }
    }

    @Test
    void data_of_an_earlier_release_get_a_password_and_stay() throws Exception {
        // as an earlier release has left them
        try (EmbeddedPostgres earlier = EmbeddedPostgres.builder()
                        .setDataDirectory(postgres())
                        .setCleanDataDirectory(false)
                        .start();
                Connection connection = earlier.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table kept as select 42 as answer");
        }

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(directory)) {
            assertAnswers(embedded);
            try (Connection connection = connect(embedded, embedded.password());
                    ResultSet kept = connection.createStatement().executeQuery("select answer from kept")) {
                assertTrue(kept.next());
                assertEquals(42, kept.getInt(1));
            }
        }
    }

    @Test
    void a_password_that_cannot_be_set_stops_the_start_and_the_rules_stay() throws Exception {
        try (EmbeddedPostgres earlier = EmbeddedPostgres.builder()
                .setDataDirectory(postgres())
                .setCleanDataDirectory(false)
                .start()) {
            execute(earlier.getPostgresDatabase(), "create role another superuser login");
            execute(earlier.getDatabase("another", "postgres"), "alter role postgres rename to gone");
        }
        String rules = Files.readString(postgres().resolve("pg_hba.conf"));

        IOException refused = assertThrows(
                IOException.class, () -> EmbeddedDatabase.start(directory).close());

        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("its password cannot be set"), message);
        assertEquals(rules, Files.readString(postgres().resolve("pg_hba.conf")));
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_password_that_was_lost_is_replaced() throws Exception {
        EmbeddedDatabase.start(directory).close();
        Files.delete(directory.resolve("postgres-password"));

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(directory)) {
            assertAnswers(embedded);
        }
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)));
    }

    private void startsAndTheOtherLives() throws Exception {
        String database = other.newDatabase();
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(directory)) {
            assertAnswers(embedded);
        }
        try (Connection connection = LocalPostgres.connect(database)) {
            assertTrue(connection.isValid(5));
        }
    }

    private static void assertAnswers(EmbeddedDatabase embedded) throws SQLException {
        try (Connection connection = connect(embedded, embedded.password())) {
            assertTrue(connection.isValid(5));
        }
        SQLException refused = assertThrows(SQLException.class, () -> connect(embedded, "postgres"));
        assertEquals("28P01", refused.getSQLState());
    }

    private static Connection connect(EmbeddedDatabase embedded, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:" + embedded.url(), embedded.username(), password);
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
