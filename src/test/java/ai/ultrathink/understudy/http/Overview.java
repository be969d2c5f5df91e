package ai.ultrathink.understudy.http;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The overview of all tests. */
final class Overview {

    private Overview() {}

    static Response get() {
        return Service.get("/api/v1/overview");
    }

    static List<JsonObject> all() {
        return Service.okList(get()).stream().map(JsonObject.class::cast).toList();
    }

    static List<String> ids() {
        return all().stream().map(test -> test.getString("test_id")).toList();
    }

    static JsonObject of(String testId) {
        JsonObject found = all().stream()
                .filter(test -> test.getString("test_id").equals(testId))
                .findFirst()
                .orElse(null);
        assertNotNull(found, testId);
        return found;
    }
}
