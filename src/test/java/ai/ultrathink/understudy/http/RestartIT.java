package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Http2Connection;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service on its own PostgreSQL, stopped and started again. */
class RestartIT {

    private static final int STOPPED_AS_ASKED = 0;
    private static final Duration START_WITHIN = Duration.ofMinutes(2);
    private static final Pattern STACK_TRACE = Pattern.compile("(?m)^\\s+at \\S+\\(|Exception");

    @TempDir
    Path directory = Path.of("");

    @Test
    void tests_results_promotions_and_events_survive_a_restart() throws IOException {
        JsonArray tests;
        JsonArray events;
        try (ServiceProcess service = start()) {
            create(service, "shadow", "bull_specialist", "bull_specialist_v2", "shadow");
            create(service, "split", "bear_specialist", "bear_specialist_v2", "traffic_split");
            create(service, "promoted", "sideways_specialist", "universal", "traffic_split");
            ok(service.send("POST", "/api/v1/ab-test/split/update-split", "{\"traffic_split\":0.5}"));
            ok(service.send("POST", "/api/v1/ab-test/promoted/promote", "{\"override\":\"a restart\"}"));
            for (int i = 0; i < 20; i++) {
                predict(service, Service.request("shadow"));
                predict(service, Service.request("split"));
            }
            tests = list(service, "/api/v1/ab-test/list");
            events = list(service, "/api/v1/ab-test/split/events");
            // at once, with results that are not in the database yet
            assertEquals(STOPPED_AS_ASKED, service.terminate());
        }

        try (ServiceProcess service = start()) {
            assertEquals(tests, list(service, "/api/v1/ab-test/list"));
            assertEquals(events, list(service, "/api/v1/ab-test/split/events"));
            assertEquals(20, samples(service, "shadow"));
            assertEquals(20, samples(service, "split"));
            assertEquals(
                    "universal",
                    predict(service, Service.request().put("model", "sideways_specialist"))
                            .getJsonObject("metadata")
                            .getString("model"));
            assertFalse(service.output().contains("ERROR"), service::output);
        }
    }

    @Test
    void a_killed_service_starts_again_on_its_data() throws IOException {
        try (ServiceProcess service = start()) {
            create(service, "killed", "bull_specialist", "bull_specialist_v2", "shadow");
            predict(service, Service.request("killed"));
            ok(service.send("POST", "/api/v1/ab-test/killed/flush", ""));
            service.kill();
        }

        try (ServiceProcess service = ServiceProcess.start(directory, Map.of())) {
            createAsSoonAsItListens(service);
            service.awaitTests();
            assertEquals(1, samples(service, "killed"));
            stopUnderReconnectingCallers(service);
        }
    }

    /** What is sent to a service that stops is answered, or can be sent again elsewhere. */
    @Test
    void connections_of_http2_are_left_without_a_lost_answer() throws IOException {
        try (ServiceProcess service = start();
                Http2Connection connection = new Http2Connection(service.at("/"))) {
            assertEquals(200, connection.get("/api/v1/models").status());
            service.signal("TERM");

            await().atMost(START_WITHIN).pollInterval(Duration.ofMillis(20)).until(() -> {
                if (!connection.isLeft()) {
                    Http2Connection.Answer answer = connection.get("/api/v1/models");
                    assertEquals(200, answer.status(), answer::toString);
                    assertFalse(answer.headers().containsKey("connection"), answer::toString);
                }
                return connection.isLeft();
            });
            assertEquals(STOPPED_AS_ASKED, service.exitCode());
        }
    }

    /** Before that a test of models that are there must not be told that they are not. */
    private static void createAsSoonAsItListens(ServiceProcess service) {
        String test = Service.explicitTest("early", "bear_specialist", "bear_specialist_v2")
                .encode();
        await().atMost(START_WITHIN).until(() -> service.output().contains("Listening on"));
        await().atMost(START_WITHIN).pollInterval(Duration.ofMillis(20)).until(() -> {
            HttpResponse<String> answer = service.send("POST", "/api/v1/ab-test/create", test);
            if (answer.statusCode() != 201) {
                assertEquals(503, answer.statusCode(), answer::body);
                assertTrue(answer.headers().firstValue("Retry-After").isPresent(), answer::body);
            }
            return answer.statusCode() == 201;
        });
    }

    private static void stopUnderReconnectingCallers(ServiceProcess service) throws IOException {
        try (Reconnecting callers = new Reconnecting(service.at("/"), 8);
                InputStream changes = changes(service)) {
            await().atMost(START_WITHIN).until(() -> callers.answered() > 100);
            assertEquals(STOPPED_AS_ASKED, service.terminate());
            // a stream that was cut off, because the service would not wait for it, throws here
            changes.readAllBytes();
        }
        String log = service.output() + service.errors();
        assertFalse(STACK_TRACE.matcher(log).find(), log);
        assertFalse(log.contains("has been blocked"), log);
        assertFalse(log.contains("ERROR"), log);
    }

    /** The stream of changes, which lasts longer than the service. */
    private static InputStream changes(ServiceProcess service) throws IOException {
        try {
            InputStream changes = HttpClient.newHttpClient()
                    .send(service.request("/api/v1/overview/changes").build(), BodyHandlers.ofInputStream())
                    .body();
            assertEquals("data:", new String(changes.readNBytes("data:".length()), StandardCharsets.UTF_8));
            return changes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.start(directory, Map.of()).awaitReady();
    }

    private static void create(ServiceProcess service, String testId, String control, String treatment, String mode) {
        JsonObject test = Service.explicitTest(testId, control, treatment).put("mode", mode);
        assertEquals(
                201,
                service.send("POST", "/api/v1/ab-test/create", test.encode()).statusCode());
    }

    private static JsonObject predict(ServiceProcess service, JsonObject request) {
        return new JsonObject(ok(service.send("POST", Service.PREDICT, request.encode())));
    }

    private static JsonArray list(ServiceProcess service, String path) {
        return new JsonArray(ok(service.send("GET", path, "")));
    }

    private static int samples(ServiceProcess service, String testId) {
        return new JsonObject(ok(service.send("GET", "/api/v1/ab-test/" + testId + "/stats", "")))
                .getInteger("total_samples");
    }

    private static String ok(HttpResponse<String> response) {
        assertEquals(List.of(200), List.of(response.statusCode()), response.body());
        return response.body();
    }
}
