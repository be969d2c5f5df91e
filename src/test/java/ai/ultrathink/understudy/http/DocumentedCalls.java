package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.ok;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the OpenAPI document shows of each call: {@code POST /api/v1/predict} and the like. */
record DocumentedCalls(JsonObject paths) {

    private static final String JSON = "application/json";

    static DocumentedCalls read() {
        return new DocumentedCalls(
                ok(given().accept(JSON).get("/q/openapi?format=json")).getJsonObject("paths"));
    }

    /** The calls that answer with JSON. */
    Set<String> answering() {
        Set<String> calls = new TreeSet<>();
        paths.fieldNames()
                .forEach(path -> paths.getJsonObject(path).fieldNames().stream()
                        .filter(method -> Set.of("get", "put", "post", "delete").contains(method))
                        .map(method -> method.toUpperCase(Locale.ROOT) + " " + path)
                        .filter(call -> success(call).isPresent())
                        .forEach(calls::add));
        return calls;
    }

    /** The example of a call's answer. */
    Object answer(String call) {
        return shown(call + ", answer", success(call).orElseThrow());
    }

    /** The example of an error. */
    Object problem(String call, int status) {
        return shown(
                call + ", " + status,
                operation(call)
                        .getJsonObject("responses")
                        .getJsonObject(String.valueOf(status))
                        .getJsonObject("content")
                        .getJsonObject("application/problem+json"));
    }

    /** The examples of a call's body. */
    List<JsonObject> bodies(String call) {
        return examples(operation(call)
                        .getJsonObject("requestBody")
                        .getJsonObject("content")
                        .getJsonObject(JSON))
                .map(JsonObject.class::cast)
                .toList();
    }

    private Optional<JsonObject> success(String call) {
        JsonObject responses = operation(call).getJsonObject("responses");
        return Stream.of("200", "201")
                .map(responses::getJsonObject)
                .filter(response -> response != null && response.containsKey("content"))
                .map(response -> response.getJsonObject("content").getJsonObject(JSON))
                .filter(content -> content != null)
                .findFirst();
    }

    private JsonObject operation(String call) {
        String[] parts = call.split(" ", 2);
        JsonObject path = paths.getJsonObject(parts[1]);
        assertNotNull(path, call);
        return path.getJsonObject(parts[0].toLowerCase(Locale.ROOT));
    }

    private static Object shown(String what, JsonObject content) {
        return examples(content).findFirst().orElseThrow(() -> new AssertionError(what + " has no example"));
    }

    private static Stream<Object> examples(JsonObject content) {
        if (content.containsKey("example")) {
            return Stream.of(parsed(content.getValue("example")));
        }
        return content.getJsonObject("examples", new JsonObject()).stream()
                .map(Map.Entry::getValue)
                .map(example -> parsed(((JsonObject) example).getValue("value")));
    }

    private static Object parsed(@Nullable Object example) {
        return example instanceof String text ? Json.decodeValue(text) : example == null ? new JsonArray() : example;
    }
}
