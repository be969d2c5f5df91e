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
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.ultrathink.understudy.testkit.Http2Connection;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Clients drop an answer whose headers HTTP/2 does not have, and the server's own limit would close the connection. */
    @ParameterizedTest
    @CsvSource({
        "/api/v1/outcomes, 300000",
        "/api/v1/outcomes, 2000000",
        "/api/v1/predict, 2000000",
        "/v2/models/constant_hold/infer, 2000000"
    })
    void a_body_of_unknown_length_costs_its_own_stream_of_http2_alone(String path, int length) {
        try (Http2Connection connection = http2()) {
            Http2Connection.Answer refused =
                    connection.post(path, " ".repeat(length).getBytes(UTF_8));

            assertEquals(413, refused.status(), refused::toString);
            assertTrue(refused.body().contains("256 KiB"), refused::toString);
            assertFalse(refused.headers().containsKey("connection"), refused::toString);
            assertEquals(200, connection.get(MODELS).status());
            assertFalse(connection.isLeft());
            assertEquals(1, connection.opened());
        }
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
        for (String path : List.of("/api", "/api/v1/nothing", "/api/v2/predict", "/api/v1/predict/x")) {
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
        assertProblem(400, given().header("X-Actor", "a".repeat(101)).post(about(testId, "enable")), "X-Actor");
        for (String name : List.of("guardrails", " Guard", "RAMP", "fence", "ｍodels", "understudy")) {
            byte[] utf8 = name.getBytes(UTF_8);
            String header = new String(utf8, ISO_8859_1);
            assertTrue(Wire.answer("POST", about(testId, "disable"), List.of("X-Actor: " + header))
                    .startsWith("HTTP/1.1 400 "));
            assertTrue(Wire.answer("POST", about(testId, "enable"), List.of("X-Actor: " + header))
                    .startsWith("HTTP/1.1 400 "));
        }
    }

    static Stream<Arguments> queries() {
        return Stream.of(
                arguments("stats?hour_back=2", "hours_back"),
                arguments("stats?hours_back=2&hours_back=2", "one"),
                arguments("stats?hours_back=", "leave the parameter out"),
                arguments("stats?hours_back", "leave the parameter out"),
                arguments("stats?HOURS_BACK=2", "hours_back"),
                arguments("actions?limit=5", "hours_back"),
                arguments("disagreements?limit=5&after=x", "before, limit"),
                arguments("verify-split?tolerance=1", "hours_back"),
                arguments("report?format=md", "hours_back"),
                arguments("events?limit=5&limit=6", "one"),
                arguments("ramp?x=1", "none with this call"));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void query_parameters_that_a_call_does_not_take_are_refused_with_those_that_it_takes(String call, String known) {
        assertProblem(400, raw("GET", about(testId, call)), known);
    }

    @Test
    void query_parameters_are_refused_where_there_are_none() {
        assertProblem(400, raw("GET", TESTS + "/" + testId + "?x=1"), "none with this call");
        assertProblem(400, raw("POST", about(testId, "disable?reason=x")), "none with this call");
        assertProblem(400, raw("GET", TESTS + "/list?enable=true"), "enabled");
        assertProblem(400, raw("GET", MODELS + "?state=loaded"), "none with this call");
        assertProblem(400, raw("POST", PREDICT + "?explain=true"), "none with this call");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%2B1000000-01-01T00:00:00Z",
                "-1000000-01-01T00:00:00Z",
                "%2B1000000000-12-31T23:59:59Z",
                "-1000000000-01-01T00:00:00Z",
                "%2B294277-01-01T00:00:00Z~00000000-0000-0000-0000-000000000000",
                "0000-01-01T00:00:00Z"
            })
    void a_page_before_a_year_that_nothing_can_be_stored_for_is_refused(String before) {
        assertProblem(400, raw("GET", about(testId, "disagreements?before=" + before)), "before", "years");
    }

    @Test
    void a_method_that_is_not_taken_is_refused_with_those_that_are() {
        Response refused = raw("PATCH", TESTS + "/list");

        assertProblem(405, refused);
        assertEquals("GET, HEAD, OPTIONS", refused.header("Allow"));
        assertEquals("OPTIONS, POST", raw("GET", about(testId, "disable")).header("Allow"));
    }

    @Test
    void who_asks_what_is_allowed_is_told_the_methods_of_that_path() {
        assertAllowed("GET, HEAD, OPTIONS", TESTS + "/list");
        assertAllowed("DELETE, GET, HEAD, OPTIONS", TESTS + "/" + testId);
        assertAllowed("DELETE, OPTIONS, POST", about(testId, "promote"));
        assertAllowed("OPTIONS, POST", PREDICT);
        assertTrue(Wire.answer("OPTIONS", "*", List.of()).contains(": DELETE, GET, HEAD, OPTIONS, POST, PUT\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/q/metrics", "/q/health", "/q/health/live", "/q/health/ready", "/q/openapi", "/q/swagger-ui/"})
    void a_document_outside_the_api_is_not_changed(String path) {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            Response refused = raw(method, path);

            assertProblem(405, refused, "method");
            assertEquals("GET, HEAD, OPTIONS", refused.header("Allow"));
        }
        assertAllowed("GET, HEAD, OPTIONS", path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "text/plain",
                "application/openmetrics-text",
                "application/openmetrics-text,text/plain;q=0.5"
            })
    void the_head_of_the_metrics_is_that_of_their_document(String accept) {
        String type = given().accept(accept).get("/q/metrics").contentType();

        assertEquals(type, given().accept(accept).head("/q/metrics").contentType());
    }

    private static void assertAllowed(String methods, String path) {
        Response answer = raw("OPTIONS", path);

        assertEquals(200, answer.statusCode());
        assertEquals(methods, answer.header("Allow"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/%zz", "/api/v1/ab-test/%", "/api/v1/[x]", "/api/v1/models?a=%g1", "/api/v1/a{b}"})
    void a_target_that_is_no_uri_is_refused_in_words(String target) {
        Wire.assertProblem(400, Wire.answer("GET", target, List.of()), "percent-encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"})
    void a_change_that_another_sites_page_sends_is_refused(String header) {
        String answer = Wire.answer("POST", "/api/v1/models/reload", List.of(header));

        Wire.assertProblem(403, answer, "Origin: got");
    }

    @Test
    void a_page_of_its_own_may_send_changes() {
        String own = "http://localhost";
        String answer = Wire.answer("POST", "/api/v1/ab-test/none/disable", List.of("Origin: " + own));

        Wire.assertProblem(404, answer, "none");
    }

    @Test
    void a_name_that_is_not_the_services_is_refused() {
        String answer = Wire.answer("GET /api/v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        Wire.assertProblem(421, answer, "UNDERSTUDY_ALLOWED_HOSTS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:port",
                "evil.example:70000",
                "evil.example/",
                "ada@evil.example",
                "evil\u00e9.example"
            })
    void a_host_that_cannot_be_read_is_refused(String host) {
        for (String version : List.of("HTTP/1.1", "HTTP/1.0")) {
            String answer = Wire.answer(
                    "GET " + MODELS + " " + version + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

            Wire.assertProblem(400, answer.replaceFirst("HTTP/1.0", "HTTP/1.1"), "Host");
        }
    }

    @Test
    void a_page_without_an_origin_is_not_the_services_where_the_host_is_missing() {
        String answer = Wire.answer("POST /api/v1/models/reload HTTP/1.0\r\nOrigin: null\r\n\r\n");

        assertTrue(answer.contains("Origin: got"), answer);
    }

    @Test
    void every_answer_has_the_headers_that_protect_browsers() {
        for (String target : List.of("/api/v1/models", "/nothing", "/api/v1/models;a=b", "/q/health/live")) {
            String answer = Wire.answer("GET", target, List.of()).toLowerCase(Locale.ROOT);

            assertTrue(answer.contains("x-content-type-options: nosniff"), answer);
            assertTrue(answer.contains("x-frame-options: deny"), answer);
            assertTrue(answer.contains("content-security-policy: default-src 'none'"), answer);
            assertFalse(answer.contains("access-control-allow-origin"), answer);
        }
    }

    @Test
    void what_fails_before_any_call_is_a_problem_document() {
        Wire.assertProblem(400, Wire.answer("GET " + MODELS + " HTTP/1.1\r\nConnection: close\r\n\r\n"), "Host");
        Wire.assertProblem(414, Wire.answer("GET", MODELS + "?" + "a".repeat(10_000), List.of()), "4096 characters");
        Wire.assertProblem(431, Wire.answer("GET", MODELS, List.of("X-A: " + "a".repeat(25_000))), "20480 characters");
        Wire.assertProblem(404, Wire.answer("GET", "*", List.of()), "openapi");
    }

    @Test
    void http2_has_the_limits_of_http1_for_headers_and_targets() {
        try (Http2Connection connection = http2()) {
            Http2Connection.Answer allowed = connection.get(MODELS, Map.of("x-a", "a".repeat(19_000)));
            Http2Connection.Answer headers = connection.get(MODELS, Map.of("x-a", "a".repeat(25_000)));
            Http2Connection.Answer target = connection.get(MODELS + "?" + "a".repeat(10_000));

            assertEquals(200, allowed.status(), allowed::toString);
            assertEquals(431, headers.status(), headers::toString);
            assertTrue(headers.body().contains("20480 characters"), headers::toString);
            assertEquals(414, target.status(), target::toString);
            assertTrue(target.body().contains("4096 characters"), target::toString);
            assertEquals(1, connection.opened());
        }
    }

    private static Http2Connection http2() {
        return new Http2Connection(URI.create("http://localhost:" + RestAssured.port));
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
