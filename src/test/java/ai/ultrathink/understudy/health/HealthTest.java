package ai.ultrathink.understudy.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthTest {

    @Test
    void a_running_service_is_live() {
        assertEquals("UP", health("live").getString("status"));
    }

    @Test
    void a_service_with_models_and_tests_is_ready() {
        JsonObject ready = health("ready");

        assertEquals("UP", ready.getString("status"));
        assertTrue(checks(ready).containsAll(Set.of("models", "tests")), ready::encode);
    }

    @Test
    void broken_model_folders_do_not_keep_the_service_from_being_ready() {
        JsonObject models = health("ready").getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("name").equals("models"))
                .findFirst()
                .orElseThrow()
                .getJsonObject("data");

        assertEquals("failed", models.getString("corrupt"));
        assertEquals("loaded", models.getString("universal"));
    }

    @Test
    void a_running_service_has_started() {
        assertEquals("UP", health("started").getString("status"));
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
