package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that somebody spoils under the running packaged service, and mends. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SpoiltDatabaseIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String USER = "trader";
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static LocalPostgres postgres;
    private static ServiceProcess service;
    private static String database = "";

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException, SQLException {
        postgres = LocalPostgres.start(directory);
        database = postgres.newDatabase();
        execute("create role " + USER + " login; grant create on schema public to " + USER);
        service = ServiceProcess.start(directory, environment()).awaitTests();
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        postgres.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            revoke all on all tables in schema public from trader | grant all on all tables in schema public to trader | lacks permissions
            alter role trader connection limit 0 | alter role trader connection limit -1 | too many connections
            alter role trader nologin | alter role trader login | check DATABASE_USERNAME and DATABASE_PASSWORD
            alter table ab_test_configs rename column mode to fashion | alter table ab_test_configs rename column fashion to mode | the schema is not the one that this version created
            alter table ab_test_events rename to elsewhere | alter table elsewhere rename to ab_test_events | the schema is not the one that this version created
            alter role trader set default_transaction_read_only = on | alter role trader reset default_transaction_read_only | must lead to the primary
            """)
    void a_change_is_answered_with_the_cause_and_works_once_it_is_mended(String spoil, String mend, String words)
            throws Exception {
        execute(spoil);
        endSessions();

        await().atMost(WITHIN).until(() -> {
            HttpResponse<String> answer = create();
            return answer.statusCode() == 503 && answer.body().contains(words);
        });
        assertEquals(200, predict());

        execute(mend);
        endSessions();
        await().atMost(WITHIN).until(() -> create().statusCode() == 201);
        assertFalse(service.output().contains("please report"), service::output);
    }

    @Test
    void a_statement_that_the_database_gives_up_is_answered_with_the_cause() throws Exception {
        execute("alter role trader set statement_timeout = '1ms'");
        endSessions();
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table ab_test_configs in access exclusive mode");

            await().atMost(WITHIN).until(() -> create().body().contains("statement_timeout"));
            connection.rollback();
        }
        assertEquals(200, predict());
        execute("alter role trader reset statement_timeout");
        endSessions();
        await().atMost(WITHIN).until(() -> create().statusCode() == 201);
    }

    @Test
    void retention_works_also_where_the_tests_could_not_be_read_at_the_start(@TempDir Path directory) throws Exception {
        execute("insert into ab_test_results (time, test_id, request_id, assigned_group, symbol, row_id, generation)"
                + " values (now() - interval '100 days', 'old', 'r', 'control', 'S', gen_random_uuid(), 1)");
        execute("alter table ab_catalog_version rename column version to edition");
        try (ServiceProcess other = ServiceProcess.start(directory, environment())) {
            await().atMost(WITHIN)
                    .until(() -> count("select count(*) from ab_test_results where test_id = 'old'") == 0);
            await().atMost(WITHIN)
                    .until(() -> other.send("GET", "/q/health/ready", "")
                            .body()
                            .contains("not the one that this version created"));
            assertTrue(other.output().contains("not the one that this version created"), other::output);

            execute("alter table ab_catalog_version rename column edition to version");

            other.awaitTests();
        } finally {
            if (count("select count(*) from pg_attribute where attname = 'edition' and attrelid ="
                            + " 'ab_catalog_version'::regclass")
                    == 1) {
                execute("alter table ab_catalog_version rename column edition to version");
            }
        }
    }

    private static Map<String, String> environment() {
        Map<String, String> all = new HashMap<>(LocalPostgres.environment(database));
        all.put("DATABASE_USERNAME", USER);
        return all;
    }

    private static HttpResponse<String> create() {
        return service.send(
                "POST",
                "/api/v1/ab-test/create",
                Service.explicitTest("t" + TESTS.incrementAndGet(), "bull_specialist", "bull_specialist_v2")
                        .encode());
    }

    private static int predict() {
        return service.send("POST", Service.PREDICT, Service.request().encode()).statusCode();
    }

    private static void endSessions() throws SQLException {
        execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'trader'");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
