package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The service under test, spoken to as its callers do. The resource is declared here for all tests, so that they share one
 * application and one database.
 */
@WithTestResource(value = PostgresResource.class, scope = TestResourceScope.GLOBAL)
public final class Service {

    public static final String PREDICT = "/api/v1/predict";
    private static volatile boolean schemaSeen;

    public static final String TESTS = "/api/v1/ab-test";
    public static final String MODELS = "/api/v1/models";

    /** Above it, the models that misbehave later do. */
    public static final double MISBEHAVE = 1001;

    private static final RestAssuredConfig CONFIG = RestAssured.config()
            .encoderConfig(EncoderConfig.encoderConfig()
                    .defaultContentCharset(StandardCharsets.UTF_8)
                    .appendDefaultContentCharsetToContentTypeIfUndefined(false));
    private static final AtomicInteger IDS = new AtomicInteger();

    private Service() {}

    /** An id that nobody has used. */
    public static String newId(String what) {
        return what + "-" + IDS.incrementAndGet() + "-"
                + ProcessHandle.current().pid();
    }

    /**
     * A test that applies only to requests that name it, so that it is nobody else's business, with deadlines that a busy
     * machine keeps.
     */
    public static JsonObject explicitTest(String testId, String control, String treatment) {
        return new JsonObject()
                .put("test_id", testId)
                .put("control_model", control)
                .put("treatment_model", treatment)
                .put("explicit", true)
                .put("control_deadline_ms", 20_000)
                .put("treatment_deadline_ms", 20_000);
    }

    /** Guardrails that never roll back. */
    public static JsonObject alerting() {
        JsonObject guardrails = new JsonObject();
        for (GuardrailMetric metric : GuardrailMetric.OF_EVERY_EXPERIMENT) {
            guardrails.put(metric.wireName(), new JsonObject().put("action", "alert"));
        }
        return guardrails;
    }

    /** Creates a test and returns its id. */
    public static String created(JsonObject test) {
        awaitSchema();
        assertEquals(201, createTest(test).statusCode());
        return test.getString("test_id");
    }

    /** An explicit test in shadow mode. */
    public static String createdShadow(String what, String control, String treatment) {
        return created(explicitTest(newId(what), control, treatment).put("mode", "shadow"));
    }

    /** An explicit test that splits the traffic, one model for each request. */
    public static String createdSplit(String what, String control, String treatment, double split) {
        return createdSplit(what, control, treatment, split, 0);
    }

    /** The same, of whose requests a fraction is put to both models. */
    public static String createdSplit(String what, String control, String treatment, double split, double pairs) {
        return created(explicitTest(newId(what), control, treatment)
                .put("traffic_split", split)
                .put("pairs", pairs));
    }

    public static Response createTest(JsonObject test) {
        return post(TESTS + "/create", test);
    }

    /** 43 features. */
    public static JsonArray features(double first) {
        JsonArray features = new JsonArray().add(first);
        IntStream.range(1, 43).mapToDouble(i -> (i - 20) / 10.0).forEach(features::add);
        return features;
    }

    /** A request that names neither model nor test. */
    public static JsonObject request() {
        return new JsonObject().put("symbol", "BTC-USD").put("features", features(0.5));
    }

    /** A request that names a test. */
    public static JsonObject request(String testId) {
        return request().put("test_id", testId);
    }

    /** A request that makes the models that misbehave later do so. */
    public static JsonObject provocation(String testId) {
        return request(testId).put("features", features(MISBEHAVE));
    }

    public static Response predict(JsonObject request) {
        return post(PREDICT, request);
    }

    /** The answer to a request that is served. */
    public static JsonObject predicted(JsonObject request) {
        return ok(predict(request));
    }

    /** What the answer says of the test that applied. */
    public static JsonObject placement(JsonObject answer) {
        return answer.getJsonObject("metadata").getJsonObject("ab_test");
    }

    public static RequestSpecification request(String contentType, byte[] body) {
        return given().config(CONFIG).contentType(contentType).body(body);
    }

    public static Response post(String path, JsonObject body) {
        return post(path, body.encode());
    }

    public static Response post(String path, String body) {
        return given().config(CONFIG).contentType("application/json").body(body).post(path);
    }

    public static Response post(String path) {
        return given().post(path);
    }

    public static Response get(String path) {
        return given().get(path);
    }

    public static Response delete(String path) {
        return given().delete(path);
    }

    /** The path of a call about one test. */
    public static String about(String testId, String call) {
        return TESTS + "/" + testId + "/" + call;
    }

    public static JsonObject ok(Response response) {
        assertEquals(200, response.statusCode(), response.asString());
        return new JsonObject(response.asString());
    }

    public static JsonArray okList(Response response) {
        assertEquals(200, response.statusCode(), response.asString());
        return new JsonArray(response.asString());
    }

    public static JsonObject test(String testId) {
        return ok(get(TESTS + "/" + testId));
    }

    public static void flush(String testId) {
        ok(post(about(testId, "flush")));
    }

    /** The rows of a test, after those that still wait have been written. */
    public static List<JsonObject> rows(String testId) {
        flush(testId);
        return Rows.of(testId);
    }

    /** The one row of a test. */
    public static JsonObject onlyRow(String testId) {
        List<JsonObject> rows = rows(testId);
        assertEquals(1, rows.size());
        return rows.getFirst();
    }

    /** Deletes every test, so that no class sees another's. */
    public static void deleteTests() {
        awaitSchema();
        okList(get(TESTS + "/list")).stream()
                .map(test -> ((JsonObject) test).getString("test_id"))
                .forEach(
                        testId -> assertEquals(204, delete(TESTS + "/" + testId).statusCode()));
    }

    /** The first class of a run may come before the schema. */
    static void awaitSchema() {
        if (!schemaSeen) {
            await().until(() -> get(TESTS + "/list").statusCode() != 503);
            schemaSeen = true;
        }
    }

    /** The response is a problem document of that status, and its detail has these words. */
    public static void assertProblem(int status, Response response, String... words) {
        String text = response.asString();
        assertEquals(status, response.statusCode(), text);
        assertTrue(
                String.valueOf(response.contentType()).startsWith("application/problem+json"),
                () -> "Content-Type " + response.contentType() + ": " + text);
        JsonObject problem = new JsonObject(text);
        assertAll(
                () -> assertTrue(problem.fieldNames().containsAll(Set.of("title", "status", "detail")), text),
                () -> assertFalse(problem.getString("title").isBlank(), text),
                () -> assertEquals(status, problem.getInteger("status"), text));
        for (String word : words) {
            assertTrue(problem.getString("detail").contains(word), () -> "no \"" + word + "\" in " + text);
        }
    }
}
