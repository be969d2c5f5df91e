package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** The packaged service on databases that are not as it would like them. Most of it is waiting, so several wait at once. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StartWhereItCanWorkIT {

    private static final Duration WITHIN = Duration.ofMinutes(2);

    @TempDir
    static Path shared = Path.of("");

    private static LocalPostgres postgres;

    @TempDir
    Path directory = Path.of("");

    private String database = "";

    @BeforeAll
    static void start_a_postgresql() throws IOException {
        postgres = LocalPostgres.start(shared);
    }

    @AfterAll
    static void stop_it() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void make_a_database() throws SQLException, IOException {
        database = postgres.newDatabase();
        Files.createDirectory(directory.resolve("models"));
        model("universal");
        model("bear_specialist");
        model("bear_specialist_v2");
    }

    @AfterEach
    void let_nobody_be_left_in_it() throws SQLException {
        execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid()");
    }

    @Test
    @Execution(CONCURRENT)
    void what_somebody_else_has_in_the_schema_is_left_alone_and_told_of() throws Exception {
        record Obstacle(String made, String there, String removed) {}
        List<Obstacle> obstacles = List.of(
                new Obstacle("create table orders (id int)", "another application (orders)", "drop table orders"),
                new Obstacle(
                        "create table ab_test_configs (test_id text); create table ab_test_results (id int)",
                        "ab_test_configs, ab_test_results",
                        "drop table ab_test_configs, ab_test_results"),
                new Obstacle(
                        "create view ab_test_metrics_daily as select 1 as one",
                        "ab_test_metrics_daily",
                        "drop view ab_test_metrics_daily"),
                new Obstacle(history("public", "init"), "1 init", "drop table flyway_schema_history"));
        execute(obstacles.getFirst().made());
        try (ServiceProcess service = start(Map.of())) {
            for (int i = 0; i < obstacles.size(); i++) {
                String there = obstacles.get(i).there();
                String told = awaitTold(service, there);

                assertTrue(told.contains("DATABASE_SCHEMA"), told);
                assertEquals(503, service.status("/q/health/ready"));
                assertEquals(1, lines(service, there), service::output);
                await().atMost(WITHIN).until(() -> predict(service).statusCode() == 200);
                HttpResponse<String> created = create(service, "t");
                assertEquals(503, created.statusCode(), created::body);
                assertTrue(created.body().contains(there), created::body);
                assertEquals(0, count("select count(*) from pg_class where relname = 'ab_test_ramps'"));
                if (i + 1 < obstacles.size()) {
                    // one transaction: it is never without an obstacle
                    execute(obstacles.get(i).removed() + "; "
                            + obstacles.get(i + 1).made());
                }
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_schema_of_its_own_beside_somebody_elses_tables_is_made_and_used() throws Exception {
        execute("create table ab_test_configs (test_id text); create table ab_test_results (id int)");
        try (ServiceProcess service =
                start(Map.of("DATABASE_SCHEMA", "understudy")).awaitTests()) {
            assertEquals(201, create(service, "t").statusCode());
            predict(service, "t");
            assertEquals(
                    200, service.send("POST", "/api/v1/ab-test/t/flush", "").statusCode());
        }
        assertEquals(1, count("select count(*) from understudy.ab_test_results"));
        assertEquals(0, count("select count(*) from public.ab_test_configs"));
        assertEquals(2, count("select count(*) from pg_class where relnamespace = 'public'::regnamespace"));
    }

    @Test
    @Execution(CONCURRENT)
    void a_schema_that_is_named_is_shared_with_tables_of_other_names() throws Exception {
        execute("create table orders (id int)");
        try (ServiceProcess service = start(Map.of("DATABASE_SCHEMA", "public")).awaitTests()) {
            assertEquals(201, create(service, "t").statusCode());
        }
        try (ServiceProcess again = start(Map.of(), "again").awaitTests()) {
            assertEquals(200, again.status("/api/v1/ab-test/t"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void two_installations_in_two_schemas_of_a_database_do_not_know_of_each_other() throws Exception {
        Map<String, String> slow = Map.of("UNDERSTUDY_CATALOG_POLL_EVERY", "20s");
        try (ServiceProcess one =
                        start(with(slow, "DATABASE_SCHEMA", "one"), "1").awaitTests();
                ServiceProcess other =
                        start(with(slow, "DATABASE_SCHEMA", "order"), "2").awaitTests();
                ServiceProcess replica =
                        start(with(slow, "DATABASE_SCHEMA", "one"), "3").awaitTests()) {
            // each leads its own
            await().atMost(WITHIN).until(() -> leads(one) + leads(replica) == 1 && leads(other) == 1);
            long before = version(other);

            assertEquals(201, create(one, "t").statusCode());

            // by a notice: nobody polls so soon
            await().until(() -> replica.status("/api/v1/ab-test/t") == 200);
            assertEquals(404, other.status("/api/v1/ab-test/t"));
            assertEquals(before, version(other));
            predict(one, "t");
            assertEquals(200, one.send("POST", "/api/v1/ab-test/t/flush", "").statusCode());
        }
        assertEquals(1, count("select count(*) from one.ab_test_results"));
        assertEquals(0, count("select count(*) from \"order\".ab_test_results"));
    }

    @Test
    @Execution(CONCURRENT)
    void tables_of_an_earlier_release_in_the_users_own_schema_are_gone_on_with() throws Exception {
        String user = user();
        execute("create schema authorization " + user);
        earlierRelease(user);
        // that of another service, which this user may not read
        execute(history("public", "tables"));
        try (ServiceProcess service = start(Map.of("DATABASE_USERNAME", user)).awaitTests()) {
            assertEquals(200, service.status("/api/v1/ab-test/old"));
            assertEquals(1, lines(service, "an earlier release used schema " + user), service::output);
            predict(service, "old");
            assertEquals(
                    200, service.send("POST", "/api/v1/ab-test/old/flush", "").statusCode());
            await().atMost(WITHIN).until(() -> leads(service) == 1);
        }
        assertEquals(1, count("select count(*) from " + user + ".ab_test_results"));
        assertEquals(1, count("select count(*) from " + user + ".flyway_schema_history where version = '13'"));
        assertEquals(1, count("select count(*) from pg_class where relnamespace = 'public'::regnamespace"));
    }

    @Test
    @Execution(CONCURRENT)
    void another_schema_first_in_the_search_path_is_told_of_until_it_is_plain_which_one_is_meant() throws Exception {
        String name = database.replaceAll("^.*/", "");
        execute("create schema \"My schema\"; alter database " + name + " set search_path = 'My schema'");
        try (ServiceProcess service = start(Map.of())) {
            awaitTold(service, "begins with My schema, a name that cannot be used");

            execute("create schema postgres; alter database " + name + " reset search_path");
            let_nobody_be_left_in_it();
            awaitTold(service, "set DATABASE_SCHEMA=postgres to use what is there, or DATABASE_SCHEMA=public");

            execute(history("public", "tables"));
            awaitTold(service, "tables are in public; set DATABASE_SCHEMA=public to keep using them");

            earlierRelease("postgres");
            String both = "tables are in postgres and in public, while";
            String told = awaitTold(service, both);
            assertTrue(told.contains("set DATABASE_SCHEMA to the one to use"), told);
            assertEquals(503, service.status("/q/health/ready"));
            assertEquals(1, lines(service, both), service::output);
            assertTrue(create(service, "t").body().contains(both));
            assertEquals(0, count("select count(*) from pg_class where relname = 'ab_model_versions'"));

            execute("drop table public.flyway_schema_history");
            service.awaitTests();
            assertEquals(200, service.status("/api/v1/ab-test/old"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_schema_that_may_not_be_made_is_told_of_and_used_once_it_is_there() throws Exception {
        String user = user();
        try (ServiceProcess service = start(Map.of("DATABASE_USERNAME", user, "DATABASE_SCHEMA", "understudy"))) {
            awaitTold(service, "CREATE SCHEMA understudy");
            assertEquals(503, service.status("/q/health/ready"));

            execute("create schema understudy authorization " + user);

            service.awaitTests();
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_user_without_the_right_to_make_tables_is_told_of() throws Exception {
        String user = user();
        try (ServiceProcess service = start(Map.of("DATABASE_USERNAME", user))) {
            awaitTold(service, "permission denied for schema public");
            assertEquals(503, service.status("/q/health/ready"));

            execute("grant create on schema public to " + user);

            service.awaitTests();
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_half_made_schema_is_told_of() throws Exception {
        migrated();
        execute("drop table flyway_schema_history");
        try (ServiceProcess service = start(Map.of())) {
            awaitTold(service, "ab_catalog_version");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_table_that_is_gone_is_told_of() throws Exception {
        migrated();
        execute("alter table ab_test_configs drop column guardrails cascade");
        try (ServiceProcess service = start(Map.of())) {
            awaitTold(service, "the schema is not the one that this version created (column");
            assertEquals(503, service.status("/q/health/ready"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_schema_of_a_newer_release_is_used_and_told_of() throws Exception {
        migrated();
        execute(
                "insert into flyway_schema_history select 1000, '1000', 'future', 'SQL', 'V1000__future.sql', 1, 'x', now(), 1,"
                        + " true");
        try (ServiceProcess service = start(Map.of()).awaitTests()) {
            assertTrue(service.output().contains("to version 1000, which this release does not know"), service::output);
            assertEquals(201, create(service, "t").statusCode());
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_schema_that_ran_the_first_text_of_version_14_is_used() throws Exception {
        migrated();
        execute("update flyway_schema_history set checksum = case version when '14' then -406607442 else 277453266 end"
                + " where version in ('14', '14.1')");

        try (ServiceProcess service = start(Map.of()).awaitTests()) {
            assertEquals(201, create(service, "t").statusCode());
        }
        assertEquals(0, count("select count(*) from flyway_schema_history where checksum in (-406607442, 277453266)"));
    }

    @Test
    @Execution(CONCURRENT)
    void a_standby_is_told_of_and_the_primary_that_it_becomes_is_used() throws Exception {
        String name = database.replaceAll("^.*/", "");
        execute("alter database " + name + " set default_transaction_read_only = on");
        try (ServiceProcess service = start(Map.of())) {
            awaitTold(service, "DATABASE_URL must lead to the primary");
            service.awaitReady();
            assertTrue(create(service, "t").body().contains("is read-only"));

            try (Connection connection = LocalPostgres.connect(database);
                    Statement statement = connection.createStatement()) {
                // one by one: what is sent together is one transaction, which was read-only when it began
                statement.execute("set default_transaction_read_only = off");
                statement.execute("alter database " + name + " reset default_transaction_read_only");
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                                + " and pid <> pg_backend_pid()");
            }

            service.awaitTests();
            assertEquals(201, create(service, "t").statusCode());
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_wrong_password_is_told_of_once_and_answered_with_503() throws Exception {
        execute("drop role if exists nobody_knows");
        // on a busy machine Vert.x tells of threads that waited for a core, with their stacks
        try (ServiceProcess service = start(Map.of(
                "DATABASE_USERNAME",
                "nobody_knows",
                "DATABASE_PASSWORD",
                "wrong",
                "QUARKUS_VERTX_MAX_EVENT_LOOP_EXECUTE_TIME",
                "60s"))) {
            String told = awaitTold(service, "DATABASE_PASSWORD");
            service.awaitReady();

            HttpResponse<String> created = create(service, "t");
            assertEquals(503, created.statusCode(), created::body);
            assertTrue(created.body().contains("DATABASE_PASSWORD"), created::body);
            assertEquals(1, lines(service, "DATABASE_PASSWORD"), service::output);
            assertFalse(service.output().contains("\tat "), service::output);
            assertFalse(told.contains("wrong\""), told);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void timescaledb_that_is_installed_and_not_loaded_is_told_of_until_it_is_mended(@TempDir Path other)
            throws Exception {
        try (LocalPostgres with = LocalPostgres.start(other)) {
            Path extensions = with.restartFromCopy(other.resolve("copy"));
            Files.writeString(extensions.resolve("timescaledb.control"), "default_version = '1'\n");
            Files.writeString(
                    extensions.resolve("timescaledb--1.sql"),
                    "do $$ begin raise exception 'extension \"timescaledb\" must be preloaded'; end $$;\n");
            try (ServiceProcess service = ServiceProcess.start(
                            Files.createDirectory(directory.resolve("a")), environment(with.newDatabase(), Map.of()));
                    ServiceProcess without = ServiceProcess.start(
                            Files.createDirectory(directory.resolve("b")),
                            environment(with.newDatabase(), Map.of("UNDERSTUDY_STORAGE_TIMESCALE", "never")))) {
                awaitTold(service, "add timescaledb to shared_preload_libraries");
                assertEquals(503, service.status("/q/health/ready"));
                without.awaitTests();

                Files.delete(extensions.resolve("timescaledb.control"));

                service.awaitTests();
                assertEquals(1, lines(service, "shared_preload_libraries"), service::output);
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_migration_that_is_cut_off_is_done_again() throws Exception {
        // it waits in the middle of its migrations, for a lock that another session has
        execute("create event trigger wait_there on ddl_command_start when tag in ('CREATE TABLE') execute function "
                + waiting());
        try (Connection blocker = LocalPostgres.connect(database);
                Statement lock = blocker.createStatement()) {
            lock.execute("select pg_advisory_lock(4711)");
            try (ServiceProcess service = start(Map.of())) {
                String waits =
                        "select count(*) from pg_stat_activity where application_name = 'understudy migrations' and"
                                + " wait_event = 'advisory' and datname = current_database()";
                await().atMost(WITHIN).until(() -> count(waits) > 0);
                assertEquals(503, service.status("/q/health/ready"));

                for (int i = 0; i < 3; i++) {
                    execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name ="
                            + " 'understudy migrations' and datname = current_database()");
                    await().atMost(WITHIN).until(() -> count(waits) > 0);
                }
                lock.execute("select pg_advisory_unlock(4711)");

                service.awaitTests();
                assertEquals(201, create(service, "t").statusCode());
                assertEquals(
                        0,
                        count(
                                "select count(*) from pg_stat_activity where application_name = 'understudy migrations' and"
                                        + " datname = current_database()"));
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_migrations_lock_that_somebody_has_left_is_told_of_and_waited_for() throws Exception {
        // it waits in the middle of its migrations, so that the number of Flyway's lock can be read
        execute("create event trigger slow on ddl_command_start execute function " + waiting());
        String held = "select (classid::bigint << 32) | objid::bigint from pg_locks where locktype = 'advisory'"
                + " and granted and objsubid = 1 and classid <> 0 and database = (select oid from pg_database where"
                + " datname = current_database())";
        try (Connection blocker = LocalPostgres.connect(database);
                Statement lock = blocker.createStatement();
                Connection other = LocalPostgres.connect(database);
                Statement gate = other.createStatement()) {
            gate.execute("select pg_advisory_lock(4711)");
            try (ServiceProcess service = start(Map.of())) {
                await().atMost(WITHIN).until(() -> numbers(gate, held).size() == 1);
                long number = numbers(gate, held).getFirst();
                // the next in the queue gets it when the migration is cut off
                CompletableFuture<Void> locked = CompletableFuture.runAsync(
                        () -> assertDoesNotThrow(() -> lock.execute("select pg_advisory_lock(" + number + ")")));
                await().atMost(WITHIN)
                        .until(() -> count("select count(*) from pg_locks where locktype = 'advisory' and not granted"
                                        + " and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) = " + number)
                                == 1);
                execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name ="
                        + " 'understudy migrations' and datname = current_database()");
                locked.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
                awaitTold(service, "the lock is held by process ");
                assertEquals(503, service.status("/q/health/ready"));

                gate.execute("select pg_advisory_unlock(4711)");
                lock.execute("select pg_advisory_unlock_all()");

                service.awaitTests();
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_replica_without_the_model_that_was_promoted_is_not_ready_and_names_it() throws Exception {
        try (ServiceProcess service = start(Map.of(), "a").awaitTests()) {
            create(service, "t");
            HttpResponse<String> promoted =
                    service.send("POST", "/api/v1/ab-test/t/promote", "{\"override\":\"as a test\"}");
            if (promoted.statusCode() != 200) {
                assertEquals(
                        200,
                        service.send("POST", "/api/v1/ab-test/t/promote", "").statusCode());
            }
        }
        try (Stream<Path> files = Files.list(directory.resolve("models/bear_specialist_v2"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory.resolve("models/bear_specialist_v2"));
        try (ServiceProcess service = start(Map.of(), "b")) {
            String missing = "model bear_specialist_v2, promoted to answer for bear_specialist, is not loaded";
            await().atMost(WITHIN).until(() -> ready(service).contains(missing));
            assertEquals(503, service.status("/q/health/ready"));
            HttpResponse<String> asked = service.send(
                    "POST",
                    Service.PREDICT,
                    Service.request().put("model", "bear_specialist").encode());
            assertEquals(503, asked.statusCode());
            assertTrue(asked.body().contains(missing), asked::body);
        }
    }

    private static List<Long> numbers(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            var found = new ArrayList<Long>();
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
            return found;
        }
    }

    private String waiting() throws SQLException {
        execute("create schema elsewhere; create function elsewhere.wait() returns event_trigger language plpgsql as"
                + " 'begin perform pg_advisory_xact_lock_shared(4711); end'");
        return "elsewhere.wait()";
    }

    /** Goes on with a database in which the service has been, with all of its tables and a test. */
    private void migrated() throws Exception {
        String name = database.replaceAll("^.*/", "");
        String template = Migrated.database();
        try (Connection connection = LocalPostgres.connect(database.replaceAll("/[^/]*$", "/postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("drop database " + name);
            statement.execute("create database " + name + " template " + template);
        }
    }

    /** Made by the first test that wants it. */
    private static final class Migrated {

        private static @Nullable String name;

        static synchronized String database() throws Exception {
            String made = name;
            if (made == null) {
                String url = postgres.newDatabase();
                Path directory = Files.createDirectory(shared.resolve("migrated"));
                try (ServiceProcess service = ServiceProcess.start(directory, LocalPostgres.environment(url))
                        .awaitTests()) {
                    assertEquals(201, create(service, "of_before").statusCode());
                }
                made = url.replaceAll("^.*/", "");
                name = made;
            }
            return made;
        }
    }

    /** What the release of the first edition has made where the user's search path begins, with a test. */
    private void earlierRelease(String user) throws SQLException {
        Flyway.configure()
                .dataSource("jdbc:" + database, user, "")
                .locations(
                        "filesystem:src/main/resources/db/migration/common",
                        "filesystem:src/main/resources/db/migration/postgresql")
                .target("7")
                .load()
                .migrate();
        // with that search path, as the service did it
        try (Connection connection = DriverManager.getConnection("jdbc:" + database, user, "");
                Statement statement = connection.createStatement()) {
            statement.execute("insert into ab_test_configs (test_id, control_model, treatment_model, explicit) values"
                    + " ('old', 'bear_specialist', 'bear_specialist_v2', true)");
        }
    }

    /** A history of Flyway's that begins with a migration. */
    private static String history(String schema, String first) {
        return ("create table %1$s.flyway_schema_history (installed_rank int, version text, description text, type text,"
                        + " success boolean); insert into %1$s.flyway_schema_history values (1, '1', '%2$s', 'SQL', true)")
                .formatted(schema, first);
    }

    private String user() throws SQLException {
        String name = "user_" + database.replaceAll("^.*_", "");
        execute("create role " + name + " login");
        return name;
    }

    private ServiceProcess start(Map<String, String> environment) throws IOException {
        return start(environment, "run");
    }

    private ServiceProcess start(Map<String, String> environment, String name) throws IOException {
        return ServiceProcess.start(Files.createDirectory(directory.resolve(name)), environment(database, environment));
    }

    private Map<String, String> environment(String url, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(LocalPostgres.environment(url));
        all.put("UNDERSTUDY_MODELS_DIR", directory.resolve("models").toString());
        all.putAll(more);
        return all;
    }

    private static Map<String, String> with(Map<String, String> some, String name, String value) {
        Map<String, String> all = new HashMap<>(some);
        all.put(name, value);
        return all;
    }

    private void model(String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("models").resolve(name));
        try (Stream<Path> files = Files.list(Path.of("models", name))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private static String awaitTold(ServiceProcess service, String words) {
        String told = await().atMost(WITHIN).until(() -> ready(service), body -> body.contains(words));
        await().atMost(WITHIN).until(() -> service.output().contains(words));
        return told;
    }

    private static String ready(ServiceProcess service) {
        assertTrue(service.process().isAlive(), service::errors);
        try {
            return service.send("GET", "/q/health/ready", "").body();
        } catch (IllegalStateException | java.io.UncheckedIOException e) {
            return "";
        }
    }

    private static long lines(ServiceProcess service, String words) {
        return service.output().lines().filter(line -> line.contains(words)).count();
    }

    private static long version(ServiceProcess service) {
        return new JsonObject(ready(service))
                .getJsonArray("checks").stream()
                        .map(JsonObject.class::cast)
                        .filter(check -> check.getString("name").equals("tests"))
                        .findFirst()
                        .orElseThrow()
                        .getJsonObject("data")
                        .getLong("version");
    }

    private static int leads(ServiceProcess service) {
        return (int) service.send("GET", "/q/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith("understudy_rollout_leader") && line.endsWith(" 1.0"))
                .count();
    }

    private static HttpResponse<String> create(ServiceProcess service, String testId) {
        return service.send(
                "POST",
                "/api/v1/ab-test/create",
                Service.explicitTest(testId, "bear_specialist", "bear_specialist_v2")
                        .encode());
    }

    private static HttpResponse<String> predict(ServiceProcess service) {
        return service.send(
                "POST",
                Service.PREDICT,
                Service.request().put("model", "universal").encode());
    }

    private static void predict(ServiceProcess service, String testId) {
        assertEquals(
                200,
                service.send("POST", Service.PREDICT, Service.request(testId).encode())
                        .statusCode());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
