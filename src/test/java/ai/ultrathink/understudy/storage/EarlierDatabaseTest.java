package ai.ultrathink.understudy.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an earlier release has left in its database, after the migrations of this one. */
class EarlierDatabaseTest {

    /** The last version in which a test could be named by a dot or two. */
    private static final String BEFORE = "9.2";

    /** As a replica of version 13 stores a row. */
    private static final String BOOK =
            "with stored as (insert into ab_test_results (row_id, time, test_id, generation, request_id, unit_id,"
                    + " symbol, assigned_group, served_by, control_action, control_confidence, control_latency_ms)"
                    + " select gen_random_uuid(), now(), 'busy', 1, 'r', 'u', 'SPX', 'shadow', 'control', 'buy', 0.5, 2"
                    + " returning ab_test_results as result) select ab_test_account(array_agg(result)) from stored";

    private static final String ACTIONS = "select control_action || ' ' || count from ab_test_actions('busy', ";

    private static final String UNDEFINED_TABLE = "42P01";

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

    @Test
    void an_upgrade_waits_for_reads_and_batches_in_whatever_order_they_take_the_tables() throws Exception {
        migrate("13");
        deadlocksAreFoundSoon();
        try (ExecutorService threads = Executors.newCachedThreadPool();
                Connection query = LocalPostgres.connect(database);
                Connection batch = LocalPostgres.connect(database);
                Statement queries = query.createStatement();
                Statement books = batch.createStatement()) {
            query.setAutoCommit(false);
            batch.setAutoCommit(false);
            queries.execute("set statement_timeout = '30s'");
            books.execute("set statement_timeout = '30s'");
            queries.execute("select from ab_test_sums_hourly");
            books.execute("lock table ab_test_results in row exclusive mode");
            Future<?> upgrade = threads.submit(() -> migrate("latest"));
            Waiting.await().until(() -> upgrade.isDone() || locksAreAwaited());

            // a window reads the sums and then the rows, and a batch the other way round
            queries.execute("select from ab_test_results");
            books.execute(
                    "insert into ab_test_sums_hourly (bucket, test_id, generation) select now(), 'none', 1 where false");
            query.commit();
            batch.commit();

            upgrade.get(60, TimeUnit.SECONDS);
        }
        assertEquals(
                List.of("0"), rows("select total_samples from ab_test_stats('any', now() - interval '1 day', now())"));
    }

    @Test
    void reads_and_batches_go_on_while_the_upgrade_runs() throws Exception {
        migrate("13");
        deadlocksAreFoundSoon();
        AtomicBoolean over = new AtomicBoolean();
        long stored;
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Long>> users = Stream.of(
                            "select * from ab_test_stats('busy', now() - interval '90 minutes', now())",
                            "select * from ab_test_latency_histogram('busy', now() - interval '90 minutes', now())",
                            BOOK)
                    .map(sql -> threads.submit(() -> repeat(sql, over)))
                    .toList();
            try {
                Waiting.await()
                        .until(() ->
                                !rows("select 1 from ab_test_results limit 1").isEmpty());
                migrate("latest");
            } finally {
                over.set(true);
            }
            for (Future<Long> user : users) {
                assertTrue(user.get(60, TimeUnit.SECONDS) > 0);
            }
            stored = users.getLast().get();
        }

        assertEquals(
                List.of(String.valueOf(stored)), rows("select sum(samples) from ab_test_account where block <> -3"));
        assertEquals(
                List.of(String.valueOf(stored)),
                rows("select sum(shadow_count) from ab_test_evidence_by_generation('busy')"));
    }

    @Test
    void what_a_view_of_the_owner_depends_on_is_kept() throws SQLException {
        migrate("13");
        execute("create view mine as select test_id, samples from ab_test_sums_hourly");
        execute("create view also_mine as select test_id, control_rows from ab_test_evidence");
        execute("create view a_function_of_mine as select * from ab_test_evidence_by_generation('any')");
        evidenceWithoutTimes("old");

        migrate("latest");

        assertEquals(List.of(), rows("select test_id from mine"));
        assertEquals(List.of("7"), rows("select control_rows from also_mine"));
        assertEquals(List.of("7"), rows("select control_count from ab_test_evidence_by_generation('old')"));
        assertEquals(List.of("old"), rows("select test_id from ab_test_evidence"));
    }

    @Test
    void what_a_view_of_the_owner_depends_on_in_the_ledger_is_kept_and_rows_are_booked() throws SQLException {
        migrate("17");
        execute(BOOK);
        execute(
                "create view mine as select sum(minutes) as minutes, sum(control_rejections) as rejections from ab_test_account");
        execute("create view also_mine as select * from ab_test_blocks('busy')");

        migrate("latest");

        execute(BOOK);
        assertEquals(List.of("0"), rows("select minutes from mine"));
        assertEquals(List.of("2"), rows("select sum(control_requests) from ab_test_account"));
        assertEquals(List.of("2"), rows("select sum(control_requests) from ab_test_blocks('busy')"));
        assertEquals(List.of("2"), rows("select sum(shadow_count) from ab_test_evidence_by_generation('busy')"));
    }

    @Test
    void actions_of_an_earlier_release_keep_their_counts_and_names_may_be_longer_than_ten_characters()
            throws SQLException {
        migrate("24");
        execute(BOOK.replace("ab_test_account(", "ab_test_book("));

        migrate("latest");

        assertEquals(
                List.of("32", "32"),
                rows(
                        "select character_maximum_length from information_schema.columns"
                                + " where table_name = 'ab_test_results' and column_name in ('control_action', 'treatment_action')"));
        execute(BOOK.replace("ab_test_account(", "ab_test_book(")
                .replace("'buy'", "'A_LONG_NAME_OF_THIRTY_TWO_LETTR'"));
        assertEquals(
                List.of("A_LONG_NAME_OF_THIRTY_TWO_LETTR 1", "buy 1"),
                rows(ACTIONS + "'2000-01-01', 'infinity') order by 1"));
        assertEquals(
                List.of("A_LONG_NAME_OF_THIRTY_TWO_LETTR 1", "buy 1"),
                rows(ACTIONS + "now() - interval '1 second' * 600, now() + interval '1 minute') order by 1"));
    }

    @Test
    void columns_that_a_view_of_the_owner_reads_stay_as_they_are_and_a_longer_name_is_beside_them()
            throws SQLException {
        migrate("24");
        execute("create view mine as select control_action from ab_test_results");

        migrate("latest");

        assertEquals(List.of("10"), rows("select ab_test_action_width()"));
        execute(BOOK.replace("ab_test_account(", "ab_test_book(")
                .replace("control_action,", "control_action, control_action_name,")
                .replace("'buy'", "'STRONG_SEL', 'STRONG_SELL'"));
        assertEquals(List.of("STRONG_SEL"), rows("select control_action from mine"));
        assertEquals(List.of("STRONG_SELL 1"), rows(ACTIONS + "'2000-01-01', 'infinity')"));
    }

    @Test
    void evidence_of_which_no_release_noted_the_time_stands_where_its_generation_began() throws SQLException {
        migrate("13");
        evidenceWithoutTimes("seen");
        evidenceWithoutTimes("old");
        evidenceWithoutTimes("gone");
        zeroes(
                "ab_test_sums_hourly",
                "\"test_id\": \"seen\", \"generation\": 1, \"bucket\": \"2025-05-05 05:00Z\","
                        + " \"first_sample\": \"2025-05-05 05:05Z\", \"last_sample\": \"2025-05-05 05:05Z\"");
        execute(
                "insert into ab_test_configs (test_id, control_model, treatment_model, created_at) values"
                        + " ('seen', 'one', 'treatment', '2025-04-04 04:04Z'), ('old', 'two', 'treatment', '2025-04-04 04:04Z')");

        migrate("latest");

        assertEquals(
                List.of("gone 2000-01-01T00", "old 2025-04-04T04", "seen 2025-05-05T05"),
                rows(
                        "select test_id || ' ' || to_char(hour at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24') from ab_test_account"
                                + " where block = -3 order by test_id"));
    }

    /** The checksums of version 14, which is common, and of each flavour's 14.1 as the first databases ran them. */
    @ParameterizedTest
    @CsvSource({"postgresql, -406607442, 277453266", "timescaledb, -406607442, 1654228245"})
    void a_history_with_the_first_text_of_version_14_gets_the_present_one(String flavour, int ledger, int figures)
            throws SQLException {
        Flyway flyway = history(flavour, Map.of("14", ledger, "14.1", figures));

        flyway.validate();

        assertEquals(
                Stream.of(flyway.info().all()).map(MigrationInfo::getChecksum).toList(),
                rows("select checksum from own.flyway_schema_history order by installed_rank").stream()
                        .map(Integer::valueOf)
                        .toList());
        assertEquals(
                List.of(String.valueOf(ledger), String.valueOf(figures)),
                rows("select checksum from flyway_schema_history where version in ('14', '14.1') order by version"));
    }

    @Test
    void a_history_with_a_third_text_of_version_14_is_refused() throws SQLException {
        Flyway flyway = history("postgresql", Map.of("14", 14));

        assertThrows(FlywayValidateException.class, flyway::validate);

        assertEquals(List.of("14"), rows("select checksum from own.flyway_schema_history where version = '14'"));
    }

    @Test
    void a_user_who_may_only_read_the_history_may_validate_it() throws SQLException {
        Flyway flyway = history("postgresql", Map.of());
        execute("create role reader login; grant usage on schema own to reader;"
                + " grant select on own.flyway_schema_history to reader");

        Flyway.configure()
                .configuration(flyway.getConfiguration())
                .dataSource("jdbc:" + database, "reader", "")
                .load()
                .validate();
    }

    /**
     * Instead of the service's tables, a schema has only the history of them, as if Flyway had made it with other texts of some
     * versions. There is the same in another schema.
     */
    private Flyway history(String flavour, Map<String, Integer> checksums) throws SQLException {
        database = postgres.newDatabase();
        execute("create schema own");
        Flyway flyway = Flyway.configure()
                .configuration(flyway(flavour, "latest").getConfiguration())
                .defaultSchema("own")
                .load();
        MigrationInfo[] migrations = flyway.info().all();
        execute(
                "create table own.flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200),"
                        + " type varchar(20), script varchar(1000), checksum int, installed_by varchar(100) default current_user,"
                        + " installed_on timestamp default now(), execution_time int default 1, success boolean default true)");
        for (int rank = 0; rank < migrations.length; rank++) {
            MigrationInfo migration = migrations[rank];
            String version = migration.getVersion().getVersion();
            execute("insert into own.flyway_schema_history values (%d, '%s', '%s', 'SQL', '%s', %d)"
                    .formatted(
                            rank + 1,
                            version,
                            migration.getDescription(),
                            migration.getScript(),
                            checksums.getOrDefault(version, migration.getChecksum())));
        }
        execute("create table flyway_schema_history as table own.flyway_schema_history");
        return flyway;
    }

    /** Seven requests of control, as the evidence of version 13. */
    private void evidenceWithoutTimes(String testId) throws SQLException {
        zeroes(
                "ab_test_evidence",
                "\"test_id\": \"%s\", \"generation\": 1, \"control_digest\": \"\", \"treatment_digest\": \"\", \"control_rows\": 7"
                        .formatted(testId));
    }

    /** A row whose numbers are all 0 but for these values. */
    private void zeroes(String table, String values) throws SQLException {
        execute(
                "insert into %1$s select (jsonb_populate_record(null::%1$s, jsonb_object_agg(attname, 0) || '{%2$s}')).* from"
                                .formatted(table, values)
                        + " pg_attribute where attrelid = '" + table + "'::regclass and attnum > 0"
                        + " and atttypid in ('bigint'::regtype, 'float8'::regtype)");
    }

    /** Runs a statement again and again, and once more when it is over. */
    private long repeat(String sql, AtomicBoolean over) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            // a read that waits for a table may find that the upgrade has dropped it
            int forgiven = sql.equals(BOOK) ? 0 : 1;
            long times = 0;
            boolean last;
            do {
                last = over.get();
                try {
                    statement.execute(sql);
                    times++;
                } catch (SQLException e) {
                    if (forgiven == 0 || last || !UNDEFINED_TABLE.equals(e.getSQLState())) {
                        throw e;
                    }
                    forgiven--;
                }
            } while (!last);
            return times;
        }
    }

    /** Whoever waits longer than that in a circle is broken off, whether that is the upgrade or a batch. */
    private void deadlocksAreFoundSoon() throws SQLException {
        execute(
                "do $$ begin execute 'alter database ' || quote_ident(current_database()) || ' set deadlock_timeout = 400';"
                        + " end $$");
    }

    private boolean locksAreAwaited() throws SQLException {
        return !rows("select 1 from pg_locks where not granted and relation is not null limit 1")
                .isEmpty();
    }

    private void migrate(String target) {
        flyway("postgresql", target).migrate();
    }

    private Flyway flyway(String flavour, String target) {
        return Flyway.configure()
                .dataSource(
                        "jdbc:" + database, LocalPostgres.environment(database).get("DATABASE_USERNAME"), "")
                .locations("classpath:db/migration/common", "classpath:db/migration/" + flavour)
                .target(target)
                .group(true)
                .load();
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
