package ai.ultrathink.understudy.storage.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chain of seals, by SQL as the owner of the tables. */
class AuditSealsTest {

    private static final String VERDICT = "select intact || ' ' || events || ' ' || coalesce(first_broken::text, '-')"
            + " || coalesce(' ' || detail, '') from ab_audit_verify()";

    private static LocalPostgres postgres;
    private static String database = "";

    @BeforeAll
    static void start_a_postgresql_with_events_of_the_release_before(@TempDir Path directory)
            throws IOException, SQLException {
        postgres = LocalPostgres.start(directory);
        database = postgres.newDatabase();
        migrate("17");
        for (int i = 1; i <= 5; i++) {
            execute("insert into ab_test_events (test_id, actor, action, to_state, generation)"
                    + " values ('old', 'ada', 'created', '{\"traffic_split\": 0.050}', " + i + ")");
        }
        migrate("latest");
        assertEquals("true 5 -", one(VERDICT));
    }

    @AfterAll
    static void stop_it() throws IOException {
        postgres.close();
    }

    /** Seven events, whose ids are their positions. */
    @BeforeEach
    void write_a_trail() throws SQLException {
        execute("truncate ab_test_events restart identity");
        execute("delete from ab_replicas");
        execute("delete from ab_audit_chain");
        execute("insert into ab_audit_chain default values");
        for (int i = 1; i <= 7; i++) {
            event("t" + i);
        }
    }

    @Test
    void a_trail_that_only_the_service_has_written_is_intact() throws SQLException {
        assertEquals("true 7 -", one(VERDICT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "actor = 'eve'",
                "time = time + interval '1 microsecond'",
                "test_id = 'another'",
                "action = 'deleted'",
                "from_state = '{\"traffic_split\": 0.5}'",
                "to_state = jsonb_set(to_state, '{traffic_split}', '0.06')",
                "to_state = null",
                "generation = generation + 1",
                "reason = 'because'",
                "approved_by = 'eve'",
                "approval_id = gen_random_uuid()",
                "evidence = '{}'",
                "hash = repeat('a', 64)",
                "hash = null",
                "previous_hash = repeat('a', 64)",
                "previous_hash = null"
            })
    void an_event_that_was_changed_is_named(String change) throws SQLException {
        execute("update ab_test_events set " + change + " where event_id = 4");

        assertEquals("false 7 4", firstWords(one(VERDICT), 3));
    }

    @Test
    void an_event_that_was_changed_and_sealed_again_breaks_the_one_after_it() throws SQLException {
        execute("update ab_test_events set actor = 'eve' where event_id = 4");
        execute("update ab_test_events e set hash = ab_audit_hash(previous_hash, ab_audit_json(e)) where event_id = 4");

        assertEquals("false 7 5 its previous_hash is not the hash of the event before it", one(VERDICT));
    }

    @Test
    void events_that_were_removed_are_found_and_their_positions_named() throws SQLException {
        execute("delete from ab_test_events where event_id in (3, 4)");

        assertEquals("false 5 5 what was at the positions 3 to 4 before it is missing", one(VERDICT));
    }

    @Test
    void the_first_event_cannot_be_removed_unnoticed() throws SQLException {
        execute("delete from ab_test_events where event_id = 1");

        assertEquals("false 6 2 what was at the positions 1 to 1 before it is missing", one(VERDICT));
    }

    @Test
    void an_event_that_the_service_did_not_write_is_named() throws SQLException {
        execute("insert into ab_test_events (test_id, actor, action, generation) values ('x', 'eve', 'created', 1)");
        event("later");

        assertEquals("false 8 8 it is not in the chain: it was not the service that wrote it", one(VERDICT));
    }

    @Test
    void an_event_with_an_invented_seal_is_named() throws SQLException {
        execute("insert into ab_test_events (test_id, actor, action, generation, chain_position, previous_hash, hash)"
                + " select 'x', 'eve', 'created', 1, 8, hash, repeat('b', 64) from ab_test_events where event_id = 7");

        assertEquals("false 8 8 it is not what was sealed", one(VERDICT));
    }

    @Test
    void an_event_behind_the_newest_is_named_even_with_a_right_hash() throws SQLException {
        execute("insert into ab_test_events (test_id, actor, action, generation, chain_position, previous_hash, hash)"
                + " select 'x', 'eve', 'created', 1, 8, hash, '' from ab_test_events where event_id = 7");
        execute("update ab_test_events e set hash = ab_audit_hash(previous_hash, ab_audit_json(e)) where event_id = 8");
        execute("update ab_audit_chain set position = 7, event_id = 7,"
                + " head = (select hash from ab_test_events where event_id = 7)");

        assertEquals("false", firstWords(one(VERDICT), 1));
    }

    @Test
    void events_that_changed_places_are_found() throws SQLException {
        execute("update ab_test_events set chain_position = 100 where event_id = 3");
        execute("update ab_test_events set chain_position = 3 where event_id = 5");
        execute("update ab_test_events set chain_position = 5 where event_id = 3");

        assertEquals("false 7 5 its previous_hash is not the hash of the event before it", one(VERDICT));
    }

    @Test
    void events_that_changed_their_contents_with_each_other_are_found() throws SQLException {
        execute("update ab_test_events e set actor = o.actor, test_id = o.test_id, time = o.time from ab_test_events o"
                + " where e.event_id in (3, 5) and o.event_id = 8 - e.event_id");

        assertEquals("false 7 3 it is not what was sealed", one(VERDICT));
    }

    @Test
    void the_end_cannot_be_removed_while_the_head_is_where_the_service_left_it() throws SQLException {
        execute("delete from ab_test_events where event_id >= 6");

        assertEquals("false 5 7 what was at the positions 6 to 7 is missing", one(VERDICT));
    }

    @Test
    void all_events_cannot_be_removed_unnoticed() throws SQLException {
        execute("truncate ab_test_events");

        assertEquals("false 0 7 what was at the positions 1 to 7 is missing", one(VERDICT));
    }

    @Test
    void a_removed_head_is_found_and_changes_go_on() throws SQLException {
        execute("delete from ab_audit_chain");

        event("later");

        assertEquals(
                "false 7 0 the row of ab_audit_chain is missing, which has the position and the hash of the newest event",
                one(VERDICT));
    }

    /** What no chain without a key can show: who may write all of it can compute it anew. Then the head is another one. */
    @Test
    void an_end_that_was_removed_with_the_head_is_known_only_by_a_head_that_was_kept_elsewhere() throws SQLException {
        String kept = one("select head from ab_audit_verify()");
        execute("delete from ab_test_events where event_id >= 6");
        execute("update ab_audit_chain set position = 5, event_id = 5,"
                + " head = (select hash from ab_test_events where event_id = 5)");

        assertEquals("true 5 -", one(VERDICT));
        assertNotEquals(kept, one("select head from ab_audit_verify()"));
    }

    @Test
    void the_hash_can_be_computed_without_the_database() throws SQLException, NoSuchAlgorithmException {
        execute(
                "insert into ab_test_events (test_id, actor, action, to_state, generation, reason, evidence, hash) values"
                        + " ('tést', 'Łukasz', 'created', '{\"b\": 1.50, \"a\": [null, 1e-7], \"long\": {}}', 1,"
                        + " E'a \"quoted\"\\nline \\u2028 😀', '{}', '')");
        String previous = "0".repeat(64);

        for (String row : rows("select ab_audit_json(e) || hash from ab_test_events e order by chain_position")) {
            String json = row.substring(0, row.length() - 64);
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest((previous + json).getBytes(StandardCharsets.UTF_8)));
            assertEquals(row.substring(row.length() - 64), hash, json);
            previous = hash;
        }

        assertEquals("true 8 -", one(VERDICT));
    }

    @Test
    void settings_of_the_session_do_not_change_the_hash() throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'Asia/Kolkata'");
            statement.execute("set datestyle = 'ISO, DMY'");
            statement.execute("set extra_float_digits = 0");
            try (ResultSet verdict = statement.executeQuery(VERDICT)) {
                verdict.next();
                assertEquals("true 7 -", verdict.getString(1));
            }
        }
    }

    @Test
    void writers_on_several_connections_keep_one_chain_and_do_not_deadlock() throws Exception {
        execute("create table if not exists ab_test_locks (id int primary key, value int default 0)");
        execute("insert into ab_test_locks values (1), (2) on conflict do nothing");
        int writers = 4;
        int each = 60;
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Callable<Boolean>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int own = writer;
                writing.add(() -> {
                    write(own, each);
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(writing)) {
                try {
                    done.get();
                } catch (ExecutionException e) {
                    throw new AssertionError(e.getCause());
                }
            }
        }

        assertEquals("true " + (7 + writers * each * 2) + " -", one(VERDICT));
        assertEquals(
                "0",
                one("select count(*) from (select chain_position - lag(chain_position) over (order by chain_position)"
                        + " as step from ab_test_events) s where step <> 1"));
    }

    /** Half of the writers take another lock after their first event, and half before it; every third transaction fails. */
    private static void write(int writer, int count) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String lock = "update ab_test_locks set value = value + 1 where id = 1";
            for (int i = 0; i < count; i++) {
                if (writer % 2 == 0) {
                    statement.execute(lock);
                }
                statement.execute(insert("w" + writer));
                if (writer % 2 == 1) {
                    statement.execute(lock);
                }
                statement.execute(insert("w" + writer));
                if (i % 3 == 0) {
                    connection.rollback();
                    if (writer % 2 == 0) {
                        statement.execute(lock);
                    }
                    statement.execute(insert("again" + writer));
                    statement.execute(insert("again" + writer));
                }
                connection.commit();
            }
        }
    }

    @Test
    void events_of_a_replica_of_the_release_before_are_sealed_while_one_runs() throws SQLException {
        String insert =
                "insert into ab_test_events (test_id, actor, action, generation) values ('x', 'ada', 'created', 1)";
        execute("insert into ab_replicas (replica_id, name, started_at, heartbeat, models)"
                + " values (gen_random_uuid(), 'before', now(), now(), '[]')");
        execute(insert);
        String during = one(VERDICT);
        execute("update ab_replicas set heartbeat = now() - interval '50 minutes'");
        execute(insert);
        String late = one(VERDICT);
        execute("delete from ab_replicas");
        execute(insert);

        assertEquals("true 8 -", during);
        assertEquals("true 9 -", late);
        assertEquals("false 9 10", firstWords(one(VERDICT), 3));
    }

    @Test
    void the_retention_removes_the_oldest_events_and_the_rest_stays_a_chain() throws SQLException {
        execute("truncate ab_test_events restart identity");
        execute("update ab_audit_chain set position = 0, head = repeat('0', 64)");
        for (int age : List.of(3000, 2500, 10, 2200, 5)) {
            execute(
                    "insert into ab_test_events (time, test_id, actor, action, generation, hash) values (now() - interval '"
                            + age + " days', 'x', 'ada', 'created', 1, '')");
        }

        assertEquals("2", one("select purge_ab_audit(interval '1827 days')"));
        assertEquals("0", one("select purge_ab_audit(interval '1827 days')"));

        assertEquals("true 3 -", one(VERDICT));
        assertEquals("2", one("select removed from ab_audit_verify()"));
        execute("delete from ab_test_events where event_id = 3");
        assertEquals("false 2 4 what was at the positions 3 to 3 before it is missing", one(VERDICT));
    }

    @Test
    void the_newest_event_is_never_removed() throws SQLException {
        assertEquals("6", one("select purge_ab_audit(interval '-1 day')"));

        assertEquals("true 1 -", one(VERDICT));
        event("later");
        assertEquals("true 2 -", one(VERDICT));
    }

    @Test
    void the_retention_of_results_leaves_events_alone() throws SQLException {
        execute("insert into ab_test_results (time, test_id, request_id, assigned_group, symbol, row_id, generation)"
                + " values (now() - interval '100 days', 't1', 'r', 'control', 'SPX', gen_random_uuid(), 1)");

        assertEquals("1", one("select purge_ab_test_results(interval '90 days', 1000)"));

        assertEquals("true 7 -", one(VERDICT));
    }

    private static void event(String testId) throws SQLException {
        execute(insert(testId));
    }

    private static String insert(String testId) {
        return "insert into ab_test_events (test_id, actor, action, to_state, generation, hash) values ('" + testId
                + "', 'ada', 'created', '{\"traffic_split\": 0.050}', 1, '')";
    }

    private static void migrate(String target) {
        Flyway.configure()
                .dataSource(
                        "jdbc:" + database, LocalPostgres.environment(database).get("DATABASE_USERNAME"), "")
                .locations("classpath:db/migration/common", "classpath:db/migration/postgresql")
                .target(target)
                .load()
                .migrate();
    }

    private static String firstWords(String text, int count) {
        return String.join(" ", List.of(text.split(" ", -1)).subList(0, count));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(String sql) throws SQLException {
        return rows(sql).getFirst();
    }

    private static List<String> rows(String sql) throws SQLException {
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
