package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.Metrics;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The database is away for longer than the catalog lease, under traffic: control answers for the treatment, which is not the
 * treatment's doing. From the requests through the journal and the database to the verdict.
 */
@Isolated
class FencedTimeIT {

    private static final String TEST_ID = "outage";
    private static final Duration LEASE = Duration.ofSeconds(2);
    /** Of 75 s at 18 requests/s, as an outage was audited, the same number of requests in less time. */
    private static final int REQUESTS = 75 * 18;

    private static final Duration EACH = Duration.ofMillis(8);
    private static final Duration WITHIN = Duration.ofMinutes(2);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private int sent;

    @Test
    void an_outage_longer_than_the_catalog_lease_is_held_against_neither_model() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            String database = postgres.newDatabase();
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(database));
            environment.put("UNDERSTUDY_CATALOG_FENCE_AFTER", LEASE.toSeconds() + "s");
            environment.put("UNDERSTUDY_ROLLOUT_EVALUATE_EVERY", "200ms");
            try (ServiceProcess service =
                    ServiceProcess.start(directory, environment).awaitTests()) {
                create(service);
                send(service, REQUESTS / 4);
                awaitStored(service);
                long earlier = copyToTheHourBefore(database);

                int before;
                postgres.pause();
                try {
                    await("the lease runs out").atMost(WITHIN).until(() -> {
                        send(service, 1);
                        return Metrics.of(service).sum("understudy_catalog_fenced") == 1;
                    });
                    before = sent;
                    send(service, REQUESTS);
                } finally {
                    postgres.resume();
                }
                await("the lease is renewed")
                        .atMost(WITHIN)
                        .until(() -> Metrics.of(service).sum("understudy_catalog_fenced") == 0);
                send(service, REQUESTS / 4);

                awaitStored(service);
                assertRecorded(database, earlier, before);
                assertLeftOut(database);
                assertNotRolledBack(service);
            }
        }
    }

    private static void create(ServiceProcess service) {
        JsonObject test = Service.explicitTest(TEST_ID, "bull_specialist", "bull_specialist")
                .put("aa", true)
                .put("traffic_split", 0.5);
        assertEquals(
                201,
                service.send("POST", Service.TESTS + "/create", test.encode()).statusCode());
    }

    /** Requests of different units, a little apart. */
    private void send(ServiceProcess service, int requests) {
        for (int i = 0; i < requests; i++) {
            long start = System.nanoTime();
            JsonObject request = Service.request(TEST_ID).put("unit_id", "u-" + sent++);
            assertEquals(
                    200, service.send("POST", Service.PREDICT, request.encode()).statusCode());
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> System.nanoTime() - start >= EACH.toNanos());
        }
    }

    private static void awaitStored(ServiceProcess service) {
        await("the results are stored")
                .atMost(WITHIN)
                .until(() -> service.send("POST", Service.about(TEST_ID, "flush"), "")
                                .statusCode()
                        == 200);
    }

    /** Stores and books the rows a second time, as if they had come an hour before: minutes in which nothing was fenced. */
    private static long copyToTheHourBefore(String database) throws SQLException {
        number(
                database,
                "with copied as (insert into ab_test_results select (jsonb_populate_record(r, jsonb_build_object("
                        + "'time', r.time - interval '1 hour', 'row_id', gen_random_uuid(),"
                        + " 'request_id', 'earlier-' || r.request_id, 'unit_id', 'earlier-' || r.unit_id))).*"
                        + " from ab_test_results as r where test_id = '" + TEST_ID
                        + "' returning ab_test_results as result)"
                        + " select ab_test_book(array_agg(result)) from copied");
        return count(database, "request_id like 'earlier-%'");
    }

    private void assertRecorded(String database, long earlier, int before) throws SQLException {
        assertEquals(REQUESTS / 4, earlier);
        assertEquals(sent + earlier, count(database, "true"));
        long fenced = count(database, "fallback = 'fenced'");
        assertTrue(fenced > REQUESTS / 3, "fenced: " + fenced);
        assertEquals(fenced, count(database, "fallback = 'fenced' and assigned_group = 'treatment'"));
        // of what was sent in the outage alone: on a slow machine the lease may run out before it, or again after it
        assertEquals(REQUESTS, count(database, sentInTheOutage(before)));
        assertEquals(0, count(database, "served_by = 'treatment' and " + sentInTheOutage(before)));
        assertEquals(0, count(database, "fallback is not null and fallback <> 'fenced' and treatment_error is null"));
    }

    private static String sentInTheOutage(int before) {
        return "unit_id like 'u-%' and substr(unit_id, 3)::int between " + before + " and " + (before + REQUESTS - 1);
    }

    /** Of a minute in which requests were fenced, no row counts for either model. All rows of other minutes do. */
    private static void assertLeftOut(String database) throws SQLException {
        String clean = " and date_trunc('minute', time) not in"
                + " (select date_trunc('minute', time) from ab_test_results where fallback = 'fenced')";
        for (String model : List.of("control", "treatment")) {
            String own = "assigned_group = '" + model + "' and served_by = '" + model + "'";
            long expected = count(database, own + clean);
            assertTrue(expected > 0, model);
            assertEquals(
                    expected,
                    number(
                            database,
                            "select coalesce(sum(" + model + "_answers), 0) from ab_test_evidence_by_generation('"
                                    + TEST_ID + "')"),
                    model);
        }
        String control = "assigned_group = 'control' and served_by = 'control'";
        assertTrue(count(database, control) > count(database, control + clean), "none was left out");
    }

    private static void assertNotRolledBack(ServiceProcess service) {
        double before = evaluations(service);
        await("it is evaluated").atMost(WITHIN).until(() -> evaluations(service) >= before + 5);

        JsonObject report = json(service, Service.about(TEST_ID, "report"));

        assertNotEquals("roll_back", report.getString("verdict"), report::encodePrettily);
        assertEquals(true, json(service, Service.TESTS + "/" + TEST_ID).getBoolean("enabled"));
        assertFalse(
                service.send("GET", Service.about(TEST_ID, "events"), "").body().contains("rolled_back"));
    }

    private static double evaluations(ServiceProcess service) {
        return Metrics.of(service).sum("understudy_evaluations_total", "result=\"judged\"");
    }

    private static JsonObject json(ServiceProcess service, String path) {
        return new JsonObject(service.send("GET", path, "").body());
    }

    private static long count(String database, String condition) throws SQLException {
        return number(
                database, "select count(*) from ab_test_results where test_id = '" + TEST_ID + "' and " + condition);
    }

    private static long number(String database, String query) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
