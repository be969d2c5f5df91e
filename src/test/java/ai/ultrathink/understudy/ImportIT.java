package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import ai.ultrathink.understudy.testkit.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command imports while a service runs on the same database; then the service shows what the framework has shown. */
@SuppressWarnings("NullAway") // a null fails the test
class ImportIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_running_service_shows_imported_tests_their_figures_and_who_imported_them(@TempDir Path directory)
            throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            FrameworkDatabase framework = FrameworkDatabase.create(postgres.newDatabase());
            framework.config("old_canary", "traffic_split", "bull_specialist", "bull_specialist_v2", 0.25);
            framework.splitRows("old_canary", "bull_specialist", "bull_specialist_v2", 4_000);
            framework.config("old_shadow", "shadow", "gone", "gone_v2", 0.05);
            framework.shadowRows("old_shadow", "gone", "gone_v2", 4_000);
            // so good that they would be promoted if they were evidence: of models that the service has, and of others
            framework.config("old_twins", "shadow", "bear_specialist", "bear_specialist_v2", 0.05);
            framework.shadowRows("old_twins", "bear_specialist", "bear_specialist_v2", 8_000);
            framework.config("gone_twins", "shadow", "twin", "twin_v2", 0.05);
            framework.shadowRows("gone_twins", "twin", "twin_v2", 8_000);
            framework.execute("update ab_test_results set treatment_action = control_action, actions_match = true,"
                    + " treatment_confidence = control_confidence, confidence_delta = 0, treatment_latency_ms = control_latency_ms,"
                    + " latency_delta_ms = 0 where test_id like '%_twins'");
            String database = postgres.newDatabase();
            try (ServiceProcess service = ServiceProcess.start(directory, LocalPostgres.environment(database))
                    .awaitTests()) {

                assertEquals("", imported(framework, database));

                Waiting.await()
                        .atMost(30, TimeUnit.SECONDS)
                        .until(() -> get(service, "/list").size() == 4);
                for (JsonNode test : get(service, "/list")) {
                    assertFalse(test.path("enabled").asBoolean(), test.toString());
                }
                assertEquals(
                        FrameworkDatabase.rows(
                                framework.url(),
                                "select count(*), count(*) filter (where assigned_group = 'treatment'),"
                                        + " round(avg(control_confidence)::numeric, 6), round(avg(treatment_latency_ms)::numeric, 6)"
                                        + " from ab_test_results where test_id = 'old_canary'"),
                        List.of(figures(
                                get(service, "/old_canary/stats?hours_back=2160"),
                                "treatment_count",
                                "confidence",
                                "latency_ms")));
                JsonNode shadow = get(service, "/old_shadow/stats?hours_back=2160");
                assertEquals(
                        FrameworkDatabase.rows(
                                framework.url(),
                                "select count(*), count(*) filter (where assigned_group = 'shadow'),"
                                        + " round(avg(control_confidence)::numeric, 6), round(avg(treatment_latency_ms)::numeric, 6)"
                                        + " from ab_test_results where test_id = 'old_shadow'"),
                        List.of(figures(shadow, "shadow_count", "confidence", "latency_ms")));
                assertEquals(
                        FrameworkDatabase.rows(
                                framework.url(),
                                "select round(avg(actions_match::int), 6), round(avg(confidence_delta)::numeric, 6),"
                                        + " round(avg(latency_delta_ms)::numeric, 6) from ab_test_results where test_id = 'old_shadow'"),
                        List.of(rounded(shadow.at("/metrics/comparison/agreement_rate")) + " "
                                + rounded(shadow.at("/metrics/comparison/avg_confidence_delta")) + " "
                                + rounded(shadow.at("/metrics/comparison/avg_latency_delta_ms"))));

                JsonNode events = get(service, "/old_shadow/events");
                assertEquals("imported", events.get(0).path("action").asText());
                assertEquals("created", events.get(1).path("action").asText());
                assertEquals(2, events.size());
                assertEquals("ada", events.get(0).path("actor").asText());
                assertTrue(
                        events.get(0).path("reason").asText().startsWith("4000 of 4000 results "), events.toString());
                assertTrue(JSON.readTree(
                                service.send("GET", "/api/v1/audit/verify", "").body())
                        .path("intact")
                        .asBoolean());

                // what another version has shown is no evidence here
                assertEquals(
                        "insufficient_data",
                        get(service, "/old_twins/report").path("verdict").asText());
                for (String test : List.of("/old_twins", "/gone_twins")) {
                    assertEquals(
                            409,
                            service.send("POST", "/api/v1/ab-test" + test + "/promote", "{}")
                                    .statusCode());
                }
            }
        }
    }

    /** What the command complains of, as a shell runs it. */
    private static String imported(FrameworkDatabase framework, String database)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                "bin/understudy",
                "import",
                "--from",
                framework.url().replace("postgresql://", "postgresql://postgres@"),
                "--actor",
                "ada");
        builder.environment().keySet().removeIf(name -> name.startsWith("DATABASE_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(LocalPostgres.environment(database));
        Process process = builder.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0
                        && printed.startsWith("TEST ")
                        && printed.lines().count() == 5
                ? ""
                : printed;
    }

    private static JsonNode get(ServiceProcess service, String path) throws IOException {
        return JSON.readTree(service.send("GET", "/api/v1/ab-test" + path, "").body());
    }

    private static String figures(JsonNode stats, String count, String control, String treatment) {
        return stats.path("total_samples").asText() + " " + stats.path(count).asText() + " "
                + rounded(stats.at("/metrics/control/avg_" + control)) + " "
                + rounded(stats.at("/metrics/treatment/avg_" + treatment));
    }

    private static String rounded(JsonNode number) {
        return String.format(Locale.ROOT, "%.6f", number.asDouble());
    }
}
