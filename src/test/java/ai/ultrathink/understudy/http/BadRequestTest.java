package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.PREDICT;
import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls about tests, and calls about nothing, that break the contract: afterwards the tests are as they were. */
@QuarkusTest
class BadRequestTest {

    @RegisterExtension
    final ErrorLog errors = new ErrorLog();

    private String testId = "";
    private JsonObject before = new JsonObject();

    /** A body and the field that the answer must name. */
    record Broken(String field, String body) {
        @Override
        public String toString() {
            return field + " in " + (body.length() > 150 ? body.substring(0, 150) + "…" : body);
        }
    }

    @BeforeEach
    void create_a_test() {
        testId = createdSplit("bad", "constant_hold", "constant_buy", 0.5);
        before = Service.test(testId);
    }

    @AfterEach
    void nothing_is_changed_and_the_service_goes_on() {
        assertEquals(1, okList(get(TESTS + "/list")).size());
        assertEquals(before, Service.test(testId));
        assertEquals(1, okList(get(about(testId, "events"))).size());
        predicted(request(testId));
        Service.deleteTests();
    }

    static Stream<Broken> creations() {
        return Stream.of(
                field("test_id", "null"),
                field("test_id", "\"\""),
                field("test_id", "\"" + "t".repeat(101) + "\""),
                field("test_id", "\"a b\""),
                field("test_id", "\"a/b\""),
                field("test_id", "\"caf\u00e9\""),
                field("test_id", "\"a\\u0000\""),
                field("test_id", "\"a\\n\""),
                field("test_id", "\"'; drop table ab_test_configs; --\""),
                field("test_id", "5"),
                field("test_id", "[]"),
                field("control_model", "null"),
                field("control_model", "\"nobody\""),
                field("control_model", "\"../bull_specialist\""),
                field("control_model", "true"),
                field("treatment_model", "\"nobody\""),
                field("treatment_model", "\"constant_hold\""),
                field("treatment_model", "{}"),
                field("traffic_split", "-0.1"),
                field("traffic_split", "1.0000001"),
                field("traffic_split", "1e400"),
                field("traffic_split", "\"0.5\""),
                field("traffic_split", "\"NaN\""),
                field("traffic_split", "true"),
                field("traffic_split", "[0.5]"),
                field("mode", "\"canary\""),
                field("mode", "\"SHADOW\""),
                field("mode", "\"\""),
                field("mode", "3"),
                field("explicit", "\"true\""),
                field("explicit", "1"),
                field("explicit", "\"\""),
                field("description", "\"" + "d".repeat(10_001) + "\""),
                field("description", "\"\\u0000\""),
                field("description", "\"\\ud800\""),
                field("description", "7"),
                field("control_deadline_ms", "0"),
                field("control_deadline_ms", "60001"),
                field("treatment_deadline_ms", "-5"),
                field("treatment_deadline_ms", "1.5"),
                field("treatment_deadline_ms", "\"5\""),
                field("treatment_deadline_ms", "99999999999"),
                field("colour", "\"blue\""),
                field("enabled", "true"),
                new Broken("nesting", body(fields()).replace("}", ",\"colour\":" + "[".repeat(5_000))),
                new Broken("mode", body(fields()).replace("{", "{\"mode\":\"shadow\",\"mode\":\"shadow\",")),
                new Broken("body", ""),
                new Broken("body", "null"),
                new Broken("JSON", "[".repeat(5_000)),
                new Broken("", "[]"),
                new Broken("", "5"),
                new Broken("JSON", "{\"test_id\""),
                new Broken("JSON", body(fields()) + "x"),
                new Broken("", body(fields()) + "{}"));
    }

    static Stream<Broken> splits() {
        return Stream.of(
                new Broken("traffic_split", "{}"),
                new Broken("traffic_split", "{\"traffic_split\":null}"),
                new Broken("traffic_split", "{\"traffic_split\":2}"),
                new Broken("traffic_split", "{\"traffic_split\":-1e-9}"),
                new Broken("traffic_split", "{\"traffic_split\":1e400}"),
                new Broken("traffic_split", "{\"traffic_split\":\"0.1\"}"),
                new Broken("traffic_split", "{\"traffic_split\":0.1,\"traffic_split\":0.2}"),
                new Broken("split", "{\"split\":0.1}"),
                new Broken("NaN", "{\"traffic_split\":NaN}"),
                new Broken("", "0.1"),
                new Broken("body", ""));
    }

    @ParameterizedTest
    @MethodSource("creations")
    void a_test_that_breaks_the_contract_is_not_created(Broken broken) {
        assertProblem(400, post(TESTS + "/create", broken.body()), broken.field());
    }

    @ParameterizedTest
    @MethodSource("splits")
    void a_split_that_is_none_is_not_set(Broken broken) {
        assertProblem(400, post(about(testId, "update-split"), broken.body()), broken.field());
    }

    @Test
    void ten_megabytes_are_too_large_for_a_test() {
        Upload.assertTooLarge(TESTS + "/create");
    }

    @Test
    void another_content_type_is_unsupported() {
        byte[] create = body(fields()).getBytes(UTF_8);

        assertProblem(415, Service.request("text/plain", create).post(TESTS + "/create"), "application/json");
        assertProblem(
                415, Service.request("text/plain", create).post(about(testId, "update-split")), "application/json");
    }

    @Test
    void a_path_without_anything_is_not_found() {
        for (String path : List.of("/", "/api", "/api/v1/nothing", "/api/v2/predict", "/api/v1/predict/x")) {
            assertProblem(404, get(path), path);
        }
        assertProblem(404, post(about(testId, "explode")), "explode");
    }

    @Test
    void another_method_is_not_allowed() {
        assertProblem(405, get(PREDICT), "method");
        assertProblem(405, get(TESTS + "/" + testId + "/promote"), "method");
        assertProblem(405, Service.delete(MODELS), "method");
        assertProblem(405, given().contentType("application/json").body("{}").put(TESTS + "/" + testId), "method");
    }

    @Test
    void an_answer_of_another_type_is_not_acceptable() {
        assertProblem(406, given().accept("text/csv").get(TESTS + "/list"), "application/json");
    }

    @Test
    void ids_in_paths_that_can_be_none_are_not_found() {
        for (String id : List.of("a%00b", "%F0%9F%9A%80", "a%20b", "x'%20or%201=1--", "%ff", "y".repeat(200))) {
            assertNotFound(raw("GET", TESTS + "/" + id));
            for (String call : List.of("stats", "actions", "disagreements", "verify-split", "events")) {
                assertNotFound(raw("GET", about(id, call)));
            }
            for (String call : List.of("disable", "enable", "flush", "promote")) {
                assertNotFound(raw("POST", about(id, call)));
            }
            assertNotFound(raw("DELETE", about(id, "promote")));
            assertNotFound(raw("DELETE", TESTS + "/" + id));
        }
    }

    @Test
    void headers_that_break_the_contract_are_refused() {
        assertProblem(400, given().header("If-Match", "yesterday").post(about(testId, "disable")), "If-Match");
        assertProblem(400, given().header("X-Actor", "a".repeat(101)).post(about(testId, "disable")), "X-Actor");
    }

    private static void assertNotFound(Response response) {
        assertProblem(404, response);
    }

    private static Response raw(String method, String path) {
        return given().urlEncodingEnabled(false).request(method, path);
    }

    private static Broken field(String field, String value) {
        Map<String, String> fields = fields();
        fields.put(field, value);
        return new Broken(field, body(fields));
    }

    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("test_id", "\"never\"");
        fields.put("control_model", "\"constant_hold\"");
        fields.put("treatment_model", "\"constant_buy\"");
        return fields;
    }

    private static String body(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> '"' + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
