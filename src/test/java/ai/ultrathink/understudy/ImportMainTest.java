package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.storage.db.StorageConfig;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.WithDefault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The import as a shell sees it, from a database of the framework into one of the service, both real. */
@SuppressWarnings("NullAway") // a null fails the test
class ImportMainTest {

    /** As the framework computes its figures, but of its agreement as of all others over rows that have them. */
    private static final String FIGURES_OF_THE_FRAMEWORK = """
            select count(*), count(*) filter (where assigned_group = 'control'), count(*) filter (where assigned_group = 'treatment'),
                count(*) filter (where assigned_group = 'shadow'), round(avg(control_confidence)::numeric, 9),
                round(avg(treatment_confidence)::numeric, 9), round(avg(control_latency_ms)::numeric, 9),
                round(avg(treatment_latency_ms)::numeric, 9), round(stddev(control_latency_ms)::numeric, 6),
                round(stddev(treatment_latency_ms)::numeric, 6),
                round((sum(case when actions_match then 1 else 0 end)::float
                    / nullif(sum(case when actions_match is not null then 1 else 0 end), 0))::numeric, 9),
                round(avg(confidence_delta)::numeric, 9), round(avg(latency_delta_ms)::numeric, 9)
            from ab_test_results where test_id = '%s' and request_id not like 'bad%%'
            """;

    private static final String FIGURES = """
            select total_samples, control_count, treatment_count, shadow_count,
                round(ab_mean(control_answers, control_confidence_sum)::numeric, 9),
                round(ab_mean(treatment_answers, treatment_confidence_sum)::numeric, 9),
                round(ab_mean(control_answers, control_latency_sum)::numeric, 9),
                round(ab_mean(treatment_answers, treatment_latency_sum)::numeric, 9),
                round(ab_stddev(control_answers, control_latency_sum, control_latency_sumsq)::numeric, 6),
                round(ab_stddev(treatment_answers, treatment_latency_sum, treatment_latency_sumsq)::numeric, 6),
                round(ab_mean(pair_count, agree_count)::numeric, 9), round(ab_mean(pair_count, confidence_delta_sum)::numeric, 9),
                round(ab_mean(pair_count, latency_delta_sum)::numeric, 9)
            from ab_test_stats('%s', now() - interval '80 days', now() + interval '1 minute')
            """;

    /** Everything that is counted of all tests, however the import went. */
    private static final String LEDGER =
            "select test_id, sum(samples), sum(control_count), sum(treatment_count), sum(shadow_count), sum(pair_count),"
                    + " sum(agree_count), round(sum(control_confidence_sum)::numeric, 6), round(sum(latency_delta_sum)::numeric, 6)"
                    + " from ab_test_account where block <> -3 group by 1 order by 1";

    @TempDir
    private static Path directory = Path.of("");

    private static LocalPostgres postgres;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FrameworkDatabase framework = new FrameworkDatabase("");
    private String service = "";

    @BeforeAll
    static void start_a_postgresql() throws IOException {
        postgres = LocalPostgres.start(directory);
    }

    @AfterAll
    static void stop_it() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void make_two_databases() throws SQLException {
        framework = FrameworkDatabase.create(postgres.newDatabase());
        service = postgres.newDatabase();
        migrate("latest");
    }

    private void migrate(String target) {
        Flyway.configure()
                .dataSource("jdbc:" + service, "postgres", "")
                .locations("classpath:db/migration/common", "classpath:db/migration/postgresql")
                .target(target)
                .load()
                .migrate();
    }

    private String from() {
        return framework.url().replace("postgresql://", "postgresql://postgres@");
    }

    private int run(String... more) {
        return run(LocalPostgres.environment(service), more);
    }

    private int run(Map<String, String> environment, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--from", from()));
        arguments.addAll(List.of(more));
        return execute(environment, arguments.toArray(String[]::new));
    }

    private int execute(Map<String, String> environment, String... arguments) {
        out.reset();
        err.reset();
        return new ImportMain(
                        environment,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private JsonNode json(String testId) throws IOException {
        for (JsonNode test : new ObjectMapper().readTree(printed()).path("tests")) {
            if (test.path("test_id").asText().equals(testId)) {
                return test;
            }
        }
        throw new AssertionError(testId + " is not in " + printed());
    }

    private List<String> here(String sql) throws SQLException {
        return FrameworkDatabase.rows(service, sql);
    }

    private List<String> there(String sql) throws SQLException {
        return FrameworkDatabase.rows(framework.url(), sql);
    }

    private void twoTests(int rows) throws SQLException {
        framework.config("bull_canary", "traffic_split", "bull", "bull_v2", 0.25);
        framework.splitRows("bull_canary", "bull", "bull_v2", rows);
        framework.config("bear_shadow", "shadow", "bear", "bear_v2", 0.5);
        framework.shadowRows("bear_shadow", "bear", "bear_v2", rows);
    }

    @Test
    void figures_here_are_those_that_the_framework_computes_and_a_second_run_stores_nothing() throws Exception {
        twoTests(4_500);

        assertEquals(0, run("--actor", "ada", "--output", "json"), complained());

        for (String test : List.of("bull_canary", "bear_shadow")) {
            assertEquals(4_500, json(test).path("stored").asLong());
            assertEquals(there(FIGURES_OF_THE_FRAMEWORK.formatted(test)), here(FIGURES.formatted(test)));
        }
        assertEquals(
                there(
                        "select control_action, treatment_action, count(*) from ab_test_results where test_id = 'bear_shadow'"
                                + " group by 1, 2 order by 1, 2"),
                here(
                        "select control_action, treatment_action, count from ab_test_actions('bear_shadow', now() - interval '80 days',"
                                + " now() + interval '1 minute') order by 1, 2"));
        assertEquals(
                List.of("4500 4500"),
                here("select (select sum(samples) from ab_test_metrics_hourly where test_id = 'bear_shadow'),"
                        + " (select sum(samples) from ab_test_metrics_daily where test_id = 'bear_shadow')"));
        List<String> ledger = here(LEDGER);

        assertEquals(0, run("--output", "json"), complained());
        assertEquals(0, json("bear_shadow").path("stored").asLong());
        assertEquals(4_500, json("bear_shadow").path("already_stored").asLong());
        assertEquals(ledger, here(LEDGER));
        assertEquals(List.of("9000"), here("select count(*) from ab_test_results"));
        assertEquals(List.of("4"), here("select count(*) from ab_test_events"));

        framework.execute(
                "insert into ab_test_results (time, test_id, request_id, assigned_group, control_model, control_action,"
                        + " control_confidence, control_latency_ms) values (now(), 'bull_canary', 'later', 'control', 'bull', 'BUY', 0.5, 1)");
        assertEquals(0, run("--output", "json"), complained());
        assertEquals(1, json("bull_canary").path("stored").asLong());
    }

    @Test
    void tests_come_in_disabled_and_the_trail_says_who_took_them_from_where() throws Exception {
        twoTests(50);

        assertEquals(0, run("--actor", "ada"), complained());

        assertEquals(
                List.of(
                        "bear_shadow shadow bear bear_v2 0.5 f 1 of bear_shadow t",
                        "bull_canary traffic_split bull bull_v2 0.25 f 1 of bull_canary t"),
                here(
                        "select test_id, mode, control_model, treatment_model, traffic_split, enabled, generation, description,"
                                + " created_at < now() - interval '39 days' from ab_test_configs order by test_id"));
        assertEquals(
                List.of("created ada 1 bear shadow null", "imported ada 1 bear shadow 50"),
                here(
                        "select action, actor, generation, to_state ->> 'control_model', to_state ->> 'mode',"
                                + " to_state #>> '{import,stored}' from ab_test_events where test_id = 'bear_shadow' order by event_id"));
        assertEquals(
                List.of("taken over from the Python framework: " + framework.url() + ", schema public"),
                here("select reason from ab_test_events where action = 'created' and test_id = 'bear_shadow'"));
        assertEquals(
                List.of("50 of 50 results of the Python framework are stored now, 0 were before, 0 are left out"),
                here("select reason from ab_test_events where action = 'imported' and test_id = 'bear_shadow'"));
        assertEquals(List.of("t 4"), here("select intact, events from ab_audit_verify()"));
        assertEquals(
                List.of("bull bull_v2"),
                here(
                        "select distinct control_model, treatment_model from ab_test_results where test_id = 'bull_canary'"));
        assertEquals(
                List.of("t t t t"),
                here("select bool_and(unit_id = request_id), bool_and(symbol in ('-', 'SPX', 'BTC-USD')),"
                        + " bool_and(served_by = case assigned_group when 'treatment' then 'treatment' else 'control' end),"
                        + " bool_and(generation = 1) from ab_test_results"));
    }

    @Test
    void rows_that_cannot_be_taken_are_counted_by_reason() throws Exception {
        twoTests(100);
        framework.execute(
                "alter table ab_test_results alter control_action type varchar(60), alter control_model drop not null,"
                        + " alter symbol type varchar(60), alter request_id type varchar(200)");
        String row =
                "insert into ab_test_results (time, test_id, request_id, assigned_group, symbol, control_model, control_action,"
                        + " control_confidence, control_latency_ms) values (";
        String end = ")";
        framework.execute(String.join(
                ";",
                List.of(
                        row + "now() - interval '91 days', 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 0.5, 1"
                                + end,
                        row + "'-infinity', 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 0.5, 1" + end,
                        row + "now() + interval '2 hours', 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 0.5, 1"
                                + end,
                        row + "'infinity', 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 0.5, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'canary', 'X', 'bull', 'BUY', 0.5, 1" + end,
                        row + "now(), 'bull_canary', '', 'control', 'X', 'bull', 'BUY', 0.5, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', repeat('X', 21), 'bull', 'BUY', 0.5, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', null, 'BUY', 0.5, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', repeat('Y', 33), 0.5, 1" + end,
                        row + "now(), 'bull_canary', 'good', 'control', 'X', 'bull', repeat('Y', 32), 0.5, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', null, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', null, null, null" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 'NaN', 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 1.5, 1" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 0.5, 'Infinity'" + end,
                        row + "now(), 'bull_canary', 'bad', 'control', 'X', 'bull', 'BUY', 0.5, -1" + end)));

        assertEquals(1, run("--output", "json"), complained());

        JsonNode test = json("bull_canary");
        assertEquals(
                new ObjectMapper()
                        .readTree(
                                "{\"too_old\":2,\"in_the_future\":2,\"unknown_group\":1,\"bad_request_id\":1,\"bad_symbol\":1,"
                                        + "\"no_model\":1,\"bad_action\":1,\"incomplete_answer\":1,\"no_answer\":1,\"bad_confidence\":2,"
                                        + "\"bad_latency\":2}"),
                test.path("refused"));
        assertEquals(116, test.path("rows").asLong());
        assertEquals(101, test.path("stored").asLong());
        assertEquals(15, test.path("left_out").asLong());
        assertEquals(
                List.of("Y".repeat(32)),
                here(
                        "select coalesce(control_action_name, control_action) from ab_test_results where request_id = 'good'"));
        assertEquals(
                List.of("2 11"),
                here("select (to_state #>> '{import,refused,bad_latency}')::int, (select count(*) from"
                        + " jsonb_object_keys(to_state #> '{import,refused}')) from ab_test_events"
                        + " where action = 'imported' and test_id = 'bull_canary'"));

        assertEquals(1, run(), complained());
        assertTrue(
                printed().contains("bull_canary: 2 left out with a confidence that is no number from 0 to 1\n"),
                printed());
    }

    @Test
    void old_rows_alone_are_no_reason_to_fail() throws Exception {
        twoTests(100);

        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(service));
        environment.put("UNDERSTUDY_STORAGE_RETENTION", "15d");
        assertEquals(0, run(environment, "--output", "json"), complained());
        long old = json("bull_canary").path("refused").path("too_old").asLong();
        assertTrue(old >= 50 && old <= 51, printed());

        // what the retention removes stays counted, and is not taken again when more is kept
        FrameworkDatabase.execute(service, "delete from ab_test_results where time < now() - interval '10 days'");
        environment.put("UNDERSTUDY_STORAGE_RETENTION", "90d");
        assertEquals(0, run(environment, "--output", "json"), complained());
        assertEquals(old, json("bull_canary").path("stored").asLong());
        assertEquals(there(FIGURES_OF_THE_FRAMEWORK.formatted("bull_canary")), here(FIGURES.formatted("bull_canary")));
    }

    @Test
    void rows_of_the_same_content_are_as_many_here() throws Exception {
        framework.config("twice", "traffic_split", "bull", "bull_v2", 0.5);
        framework.execute(
                "insert into ab_test_results (time, test_id, request_id, assigned_group, control_model, control_action,"
                        + " control_confidence, control_latency_ms) select '2026-01-01'::timestamptz + (now() - '2026-01-01'::timestamptz)"
                        + " * 0.999, 'twice', 'same', 'control', 'bull', 'BUY', case when i < 4 then 0.5 else 0.6 end, 1"
                        + " from generate_series(1, 5) as i");

        assertEquals(0, run("--output", "json"), complained());
        assertEquals(5, json("twice").path("stored").asLong());

        framework.execute("insert into ab_test_results select * from ab_test_results limit 1");
        assertEquals(0, run("--output", "json"), complained());
        assertEquals(1, json("twice").path("stored").asLong());
    }

    @Test
    void tests_without_a_configuration_are_made_up_from_their_rows() throws Exception {
        framework.splitRows("in_memory", "bull", "bull_v2", 40);
        framework.shadowRows("in_memory_shadow", "bear", "bear_v2", 40);
        framework.execute(
                "insert into ab_test_results (time, test_id, request_id, assigned_group, control_model, control_action,"
                        + " control_confidence, control_latency_ms) values (now(), 'half', 'r', 'control', 'bull', 'BUY', 0.5, 1)");

        assertEquals(1, run(), complained());

        assertTrue(printed().contains("in_memory has no configuration: it is made up from its results\n"), printed());
        assertTrue(
                printed()
                        .contains(
                                "half is left out: it has no configuration, and no result names both of its models\n"),
                printed());
        assertEquals(
                List.of("in_memory traffic_split bull bull_v2 t", "in_memory_shadow shadow bear bear_v2 t"),
                here(
                        "select test_id, mode, control_model, treatment_model, traffic_split between 0 and 0.5 from ab_test_configs"
                                + " order by 1"));
    }

    @Test
    void what_is_here_already_under_the_id_is_left_alone() throws Exception {
        twoTests(20);
        framework.config("no/good", "shadow", "a", "b", 0.5);
        framework.config("no_model", "shadow", "bull specialist", "b", 0.5);
        FrameworkDatabase.execute(
                service,
                "insert into ab_test_configs (test_id, control_model, treatment_model) values ('bull_canary', 'x', 'y')");

        assertEquals(1, run(), complained());

        assertTrue(
                printed()
                        .contains("bull_canary is left out: a test of this id is here already, and was not imported\n"),
                printed());
        assertTrue(
                printed().contains("no/good is left out: test_id: got \"no/good\"; allowed: 1 to 100 of"), printed());
        assertTrue(
                printed().contains("no_model is left out: control_model: got \"bull specialist\"; allowed: "),
                printed());
        assertEquals(List.of("bear_shadow 20"), here("select test_id, count(*) from ab_test_results group by 1"));

        String other = postgres.newDatabase();
        FrameworkDatabase before = framework;
        framework = FrameworkDatabase.create(other);
        twoTests(20);
        assertEquals(1, run(), complained());
        assertTrue(
                printed()
                        .contains("bear_shadow is left out: it was imported from " + before.url()
                                + ", schema public before\n"),
                printed());
    }

    @Test
    void a_dry_run_counts_and_writes_nothing() throws Exception {
        twoTests(300);

        assertEquals(0, run("--dry-run"), complained());

        assertTrue(
                printed().startsWith("TEST         MODE           RESULTS  TO STORE  STORED BEFORE  LEFT OUT\n"),
                printed());
        assertTrue(printed().contains("bear_shadow  shadow         300      300       0              0\n"), printed());
        assertEquals(
                List.of("0 0 0"),
                here("select (select count(*) from ab_test_configs), (select count(*) from ab_test_results),"
                        + " (select count(*) from ab_test_events)"));

        assertEquals(0, run(), complained());
        assertEquals(0, run("--dry-run", "--output", "json"), complained());
        assertEquals(0, json("bear_shadow").path("stored").asLong());
        assertEquals(300, json("bear_shadow").path("already_stored").asLong());
    }

    @Test
    void an_import_that_was_killed_goes_on_and_counts_each_row_once() throws Exception {
        twoTests(6_000);
        assertEquals(0, run(), complained());
        List<String> expected = here(LEDGER);
        service = postgres.newDatabase();
        migrate("latest");

        Process process;
        try (Connection connection = LocalPostgres.connect(service);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // a batch in the middle of the second test waits for this
            statement.execute(
                    "insert into ab_test_account (test_id, generation, control_digest, treatment_digest, hour, block, first_time,"
                            + " last_time) select 'bull_canary', 1, 'imported', 'imported', ab_hour(t), extract(minute from t at time zone 'UTC'),"
                            + " t, t from (select '" + middle() + "'::timestamptz as t) as at");
            process = importing();
            Waiting.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> !here("select 1 from pg_stat_activity where application_name = 'understudy import'"
                                    + " and datname = current_database() and wait_event_type = 'Lock'")
                            .isEmpty());
            process.destroyForcibly().waitFor();
        }
        Waiting.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> here("select 1 from pg_stat_activity where application_name = 'understudy import'"
                                + " and datname = current_database()")
                        .isEmpty());
        long before = Long.parseLong(here("select count(*) from ab_test_results where test_id = 'bull_canary'")
                .getFirst());
        assertTrue(before >= 1_000 && before < 6_000, "it was not killed in the middle: " + before);
        assertFalse(here("select action from ab_test_events where test_id = 'bull_canary'")
                .contains("imported"));

        assertEquals(0, run("--output", "json"), complained());

        assertEquals(before, json("bull_canary").path("already_stored").asLong());
        assertEquals(6_000 - before, json("bull_canary").path("stored").asLong());
        assertEquals(expected, here(LEDGER));
        assertEquals(List.of("12000"), here("select count(*) from ab_test_results"));
        assertTrue(here("select action from ab_test_events where test_id = 'bull_canary'")
                .contains("imported"));
    }

    /** The time of a row in the middle of the second test. */
    private String middle() throws SQLException {
        return there(
                        "select percentile_disc(0.5) within group (order by time) from ab_test_results where test_id = 'bull_canary'")
                .getFirst();
    }

    /** The command as a process of its own. */
    private Process importing() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Understudy.class.getName(),
                        "import",
                        "--from",
                        from())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("import.log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("DATABASE_"));
        builder.environment().putAll(LocalPostgres.environment(service));
        return builder.start();
    }

    @Test
    void the_framework_is_only_read() throws Exception {
        twoTests(20);
        framework.execute("alter database " + framework.url().replaceFirst(".*/", "")
                + " set default_transaction_read_only = on");

        assertEquals(0, run(), complained());

        assertEquals(List.of("40"), here("select count(*) from ab_test_results"));
    }

    @Test
    void the_columns_that_its_document_lists_suffice() throws Exception {
        twoTests(20);
        framework.execute(
                "alter table ab_test_results drop control_model, drop treatment_model, drop features, drop metadata;"
                        + " alter table ab_test_configs drop shadow_mode, drop updated_at, drop created_by, drop metadata");

        assertEquals(0, run(), complained());

        assertEquals(
                List.of("bear bear_v2", "bull bull_v2"),
                here("select distinct control_model, treatment_model from ab_test_results order by 1"));
    }

    @Test
    void a_second_import_at_the_same_time_is_refused() throws Exception {
        twoTests(20);
        try (Connection connection = LocalPostgres.connect(service);
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock('ab_test_configs'::regclass::oid::bigint)");

            assertEquals(1, run());
            assertEquals(
                    "DATABASE_URL: another import into this schema is under way; try again when it has ended\n",
                    complained());
        }
        assertEquals(0, run(), complained());
    }

    @Test
    void a_target_that_is_not_of_this_release_is_refused_and_says_why() throws Exception {
        service = postgres.newDatabase();
        assertEquals(1, run());
        assertTrue(complained().startsWith("DATABASE_URL: schema public is not one of this service; "), complained());

        migrate("26");
        assertEquals(1, run());
        assertTrue(
                complained()
                        .matches("(?s)DATABASE_URL: schema public is at version 26, and this release needs [0-9]+; .*"),
                complained());

        migrate("latest");
        FrameworkDatabase.execute(
                service,
                "insert into flyway_schema_history (installed_rank, version, description, type, script, installed_by,"
                        + " execution_time, success) values (999, '999', 'later', 'SQL', 'x', 'x', 1, true)");
        assertEquals(1, run());
        assertTrue(
                complained().matches("(?s).* is at version 999, and this release knows those up to [0-9]+; .*"),
                complained());
    }

    @Test
    void a_source_without_its_tables_is_refused_and_says_why() throws Exception {
        assertEquals(1, run("--from-schema", "elsewhere"));
        assertEquals(
                "--from: schema elsewhere has no table ab_test_configs that this user may read; --from-schema names another\n",
                complained());

        framework = new FrameworkDatabase(service);
        assertEquals(1, run());
        assertTrue(complained().contains("are those of this service, not of the framework"), complained());

        framework = new FrameworkDatabase(service.replaceFirst(":\\d+/", ":1/"));
        assertEquals(3, run());
        assertTrue(complained().startsWith("--from: Connection to 127.0.0.1:1 refused"), complained());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|Missing required option: '--from=URL'",
                "--from x|--from: got \"x\"; allowed: postgresql://user@host:port/database",
                "--from postgresql://h/d|--from: got \"postgresql://h/d\"; allowed: postgresql://user@host",
                "--from postgresql://u:secret@h/d|--from: got a password; allowed: postgresql://user@host:port/database,",
                "--from postgres://u:secret@h/d|--from: got \"…@h/d\"; allowed: postgresql://user@host:port/database",
                "--from jdbc:postgresql://u:secret@h/d|--from: got \"…@h/d\"; allowed: postgresql://user@host:port/database",
                "--from postgresql://u@h:5/d?ssl=true|--from: got ssl; allowed: the parameters sslmode and sslrootcert",
                "--from postgresql://u@h:5/d --output xml|--output: got \"xml\"; allowed: table or json",
                "--from postgresql://u@h:5/d --actor guard|--actor: got \"guard\"; allowed: a name of your own",
                "--from postgresql://u@h:5/d|DATABASE_URL: got nothing; allowed: postgresql://host:port/database",
                "--from postgresql://u@h:5/d --into x|Unknown options: '--into', 'x'",
            })
    void what_is_not_understood_exits_with_2_and_says_why(String command, String why) {
        assertEquals(2, execute(Map.of(), command.isEmpty() ? new String[0] : command.split(" ")));

        assertTrue(complained().contains(why), complained());
        assertFalse(complained().contains("secret"), complained());
        assertEquals("", printed());
    }

    @Test
    void a_retention_that_the_service_would_refuse_is_refused_here() {
        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(service));
        environment.put("UNDERSTUDY_STORAGE_RETENTION", "ninety days");

        assertEquals(2, run(environment));

        assertTrue(
                complained().startsWith("UNDERSTUDY_STORAGE_RETENTION: got \"ninety days\"; allowed: "), complained());
    }

    @Test
    void the_usual_retention_is_that_of_the_service() throws Exception {
        assertEquals(
                StorageConfig.class
                        .getMethod("retention")
                        .getAnnotation(WithDefault.class)
                        .value(),
                ImportMain.USUAL_RETENTION);
    }

    @Test
    void only_the_first_argument_import_is_a_command_of_it() {
        assertTrue(ImportMain.asked("import", "--help"));
        assertFalse(ImportMain.asked());
        assertFalse(ImportMain.asked("model", "import"));
        assertEquals(0, execute(Map.of(), "--help"));
        assertTrue(printed().contains("IMPORT_PASSWORD"), printed());
    }
}
