package ai.ultrathink.understudy.health;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthTest {

    private static final String READY = "/q/health/ready";
    private static final String TURNS = "turns";

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_running_service_is_live() {
        assertEquals("UP", health("live").getString("status"));
    }

    @Test
    void a_service_with_models_and_tests_is_ready() {
        JsonObject ready = health("ready");

        assertEquals("UP", ready.getString("status"));
        assertTrue(checks(ready).containsAll(Set.of("models", "controls", "treatments", "tests")), ready::encode);
    }

    @Test
    void broken_model_folders_do_not_keep_the_service_from_being_ready() {
        JsonObject models = data("models", health("ready"));

        assertEquals("failed", models.getString("corrupt"));
        assertEquals("loaded", models.getString("universal"));
    }

    @Test
    void a_running_service_has_started() {
        assertEquals("UP", health("started").getString("status"));
    }

    @Test
    void a_treatment_that_fails_its_probe_is_degraded_and_the_replica_stays_ready() {
        createdShadow("health", "constant_hold", TURNS);
        await().until(() -> treatment().equals("ok"));

        turn(Service.MISBEHAVE);

        await().until(() -> treatment().startsWith("degraded: golden answer [0] is "));
        assertEquals("UP", health("ready").getString("status"));
        turn(-Service.MISBEHAVE);
        await().until(() -> treatment().equals("ok"));
    }

    @Test
    void a_control_with_wrong_answers_answers_nobody_and_decides_for_no_other_model() {
        createdShadow("health", TURNS, "constant_hold");
        await().until(() -> control().equals("ok"));

        turn(Service.MISBEHAVE);

        await().until(() -> control().startsWith("failing: golden answer [0] is "));
        assertEquals("UP", health("ready").getString("status"));
        assertEquals(503, Service.predict(request().put("model", TURNS)).statusCode());
        assertEquals(200, Service.predict(request()).statusCode());
        // while it is no control it is not probed, and can be turned back
        Service.deleteTests();
        await().until(() -> check("controls", Service.get(READY)).getString(TURNS) == null);
        turn(-Service.MISBEHAVE);
        createdShadow("health-again", TURNS, "constant_hold");
        await().until(() -> control().equals("ok"));
        assertEquals(200, Service.predict(request().put("model", TURNS)).statusCode());
    }

    @Test
    void the_default_model_is_named_in_the_readiness() {
        assertEquals("loaded", data("default model", health("ready")).getString("universal"));
    }

    @Test
    void an_open_guard_is_shown_with_its_reason_and_the_replica_stays_ready() {
        String testId = createdShadow("health", "constant_hold", "nan_later");
        String why = "5 failures in a row, the last: output is not finite: HOLD NaN, BUY NaN, SELL NaN";
        for (int i = 0; i < 5; i++) {
            Service.predict(Service.provocation(testId));
        }

        await().until(() -> guard(testId).startsWith("open"));
        assertEquals("open: " + why, guard(testId));
        assertEquals("UP", health("ready").getString("status"));
        await().until(() -> guardEvents(testId).equals(List.of("guard_opened by guard: " + why)));
    }

    private static String guard(String testId) {
        return String.valueOf(data("treatments", health("ready")).getString("guard of " + testId));
    }

    private static List<String> guardEvents(String testId) {
        return okList(Service.get(about(testId, "events"))).stream()
                .map(JsonObject.class::cast)
                .filter(event -> event.getString("action").startsWith("guard"))
                .map(event -> event.getString("action") + " by " + event.getString("actor") + ": "
                        + event.getString("reason"))
                .toList();
    }

    /** The model turns bad, or well again, with this first feature. */
    private static void turn(double first) {
        Service.predict(request().put("model", TURNS).put("features", features(first)));
    }

    private static String treatment() {
        return String.valueOf(check("treatments", Service.get(READY)).getString(TURNS));
    }

    private static String control() {
        return String.valueOf(check("controls", Service.get(READY)).getString(TURNS));
    }

    private static JsonObject check(String name, Response response) {
        return data(name, new JsonObject(response.asString()));
    }

    private static JsonObject data(String name, JsonObject health) {
        return health.getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("name").equals(name))
                .findFirst()
                .map(check -> check.getJsonObject("data", new JsonObject()))
                .orElseThrow();
    }

    private static JsonObject health(String kind) {
        return Service.ok(Service.get("/q/health/" + kind));
    }

    private static Set<String> checks(JsonObject health) {
        return health.getJsonArray("checks").stream()
                .map(check -> ((JsonObject) check).getString("name"))
                .collect(Collectors.toSet());
    }
}
