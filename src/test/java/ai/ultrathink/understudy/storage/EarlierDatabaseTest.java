package ai.ultrathink.understudy.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an earlier release has left in its database, after the migrations of this one. */
class EarlierDatabaseTest {

    /** The last version in which a test could be named by a dot or two. */
    private static final String BEFORE = "9.2";

    private static LocalPostgres postgres;

    private String database = "";

    @BeforeAll
    static void start_a_postgresql(@TempDir Path directory) throws IOException {
        postgres = LocalPostgres.start(directory);
    }

    @AfterAll
    static void stop_it() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void leave_a_database_of_an_earlier_release() throws SQLException {
        database = postgres.newDatabase();
        migrate(BEFORE);
    }

    @Test
    void a_test_that_no_url_can_name_is_disabled_and_the_trail_says_why() throws SQLException {
        test(".", "one", "true, 3, null");
        test("..", "two", "true, 1, null");

        migrate("latest");

        assertEquals(List.of(". false 4", ".. false 2"), states());
        assertEquals(
                List.of(". migration disabled 4", ".. migration disabled 2"),
                rows("select test_id || ' ' || actor || ' ' || action || ' ' || generation from ab_test_events"
                        + " where reason = 'no URL can name this test' order by test_id"));
    }

    @Test
    void it_gives_its_control_free_for_another_test() throws SQLException {
        test(".", "shared", "true, 1, null");

        migrate("latest");

        test("reachable", "shared", "true, 1, null");
        assertEquals(List.of(". false 2", "reachable true 1"), states());
    }

    @Test
    void other_tests_and_those_that_are_out_of_use_already_are_left_alone() throws SQLException {
        test(".", "one", "false, 5, null");
        test("..", "two", "true, 6, now()");
        test("...", "three", "true, 7, null");
        test(".a", "four", "true, 8, null");
        test("a.", "five", "true, 9, null");

        migrate("latest");

        assertEquals(List.of(". false 5", ".. true 6", "... true 7", ".a true 8", "a. true 9"), states());
        assertEquals(List.of(), rows("select test_id from ab_test_events"));
    }

    @Test
    void replicas_see_the_change_by_the_version_of_the_catalog() throws SQLException {
        test(".", "one", "true, 1, null");
        long before = version();

        migrate("latest");

        assertTrue(version() > before);
    }

    private void migrate(String target) {
        Flyway.configure()
                .dataSource(
                        "jdbc:" + database, LocalPostgres.environment(database).get("DATABASE_USERNAME"), "")
                .locations("classpath:db/migration/common", "classpath:db/migration/postgresql")
                .target(target)
                .load()
                .migrate();
    }

    private void test(String testId, String control, String enabledGenerationDeleted) throws SQLException {
        execute("insert into ab_test_configs (test_id, control_model, treatment_model, enabled, generation, deleted_at)"
                + " values ('" + testId + "', '" + control + "', 'treatment', " + enabledGenerationDeleted + ")");
    }

    private List<String> states() throws SQLException {
        return rows("select test_id || ' ' || enabled || ' ' || generation from ab_test_configs"
                + " order by test_id collate \"C\"");
    }

    private long version() throws SQLException {
        return Long.parseLong(rows("select version from ab_catalog_version").getFirst());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> rows(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
