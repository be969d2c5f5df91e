package ai.ultrathink.understudy.http;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** The audit trail of a test, as the service tells it. */
final class Trail {

    private Trail() {}

    /** What happened, oldest first. */
    static List<String> actions(String testId) {
        return events(testId).map(event -> event.getString("action")).toList().reversed();
    }

    /** The newest event of a kind. */
    static JsonObject event(String testId, String action) {
        return events(testId)
                .filter(event -> event.getString("action").equals(action))
                .findFirst()
                .orElseThrow();
    }

    static boolean has(String testId, String action) {
        return actions(testId).contains(action);
    }

    private static Stream<JsonObject> events(String testId) {
        return Service.okList(Service.get(Service.about(testId, "events"))).stream()
                .map(JsonObject.class::cast);
    }
}
