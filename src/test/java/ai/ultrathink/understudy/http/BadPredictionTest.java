package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.PREDICT;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Collections;
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

/**
 * Predictions that break the contract. Each names a test, so that a row would be stored if it got that far; afterwards none
 * is, nothing is logged as an error, and the next caller is served.
 */
@QuarkusTest
class BadPredictionTest {

    private static final String LONG = "x".repeat(101);
    private static final String EMOJI = "\uD83D\uDE80";
    private static final String NUMBERS = String.join(",", Collections.nCopies(43, "0.5"));

    @RegisterExtension
    final ErrorLog errors = new ErrorLog();

    private String testId = "";

    /** A body and the field that the answer must name. */
    record Broken(String what, String field, String body) {
        @Override
        public String toString() {
            return what;
        }
    }

    @BeforeEach
    void create_a_test() {
        testId = createdSplit("bad", "constant_hold", "constant_buy", 0.5);
    }

    @AfterEach
    void nothing_is_stored_and_the_service_goes_on() {
        assertEquals(List.of(), Service.rows(testId));
        predicted(request(testId).put("request_id", "afterwards"));
        assertEquals("afterwards", Service.onlyRow(testId).getString("request_id"));
        Service.deleteTests();
    }

    static Stream<Broken> values() {
        return Stream.of(
                broken("a missing symbol", "symbol", fields -> fields.remove("symbol")),
                value("symbol", "null"),
                value("symbol", "5"),
                value("symbol", "[\"A\"]"),
                value("symbol", "\"\""),
                value("symbol", quoted("x".repeat(21))),
                value("symbol", quoted(EMOJI.repeat(21))),
                value("symbol", "\"A\\u0000\""),
                value("symbol", "\"A\\nB\""),
                value("symbol", "\"\\ud800\""),
                value("request_id", "\"\""),
                value("request_id", quoted(LONG)),
                value("request_id", quoted(EMOJI.repeat(101))),
                value("request_id", "\"a\\u0007b\""),
                value("request_id", "\"a\\u007fb\""),
                value("request_id", "\"\\ud83d\""),
                value("request_id", "\"\\udc00x\""),
                value("request_id", "17"),
                value("request_id", "{}"),
                value("request_id", "true"),
                value("unit_id", "\"\""),
                value("unit_id", quoted(LONG)),
                value("unit_id", "\"\\u0000\""),
                value("unit_id", "\"\\ude80\\ud83d\""),
                value("unit_id", "1.5"),
                value("model", "\"\""),
                value("model", "\"no such model\""),
                value("model", "\"../models\""),
                value("model", quoted("m".repeat(256))),
                value("model", "[]"),
                value("test_id", "\"\""),
                value("test_id", "\"a b\""),
                value("test_id", "\"\\u00e9\""),
                value("test_id", quoted(LONG)),
                value("test_id", "7"));
    }

    static Stream<Broken> features() {
        return Stream.of(
                broken("missing features", "features", fields -> fields.remove("features")),
                value("features", "null"),
                value("features", "\"0.5\""),
                value("features", "{}"),
                value("features", "1"),
                value("features", "[]"),
                value("features", numbers(42)),
                value("features", numbers(44)),
                value("features", numbers(100_001)),
                feature("null"),
                feature("true"),
                feature("\"1\""),
                feature("{}"),
                feature("[1]"),
                feature("1e400"),
                feature("-1e400"),
                feature("1e39"),
                feature("-3.5e38"),
                feature("9".repeat(400)),
                feature("9".repeat(2_000)),
                feature("NaN"),
                feature("Infinity"),
                feature("-Infinity"),
                feature("01"),
                feature("+1"),
                feature("0x1"),
                feature(".5"),
                feature("[".repeat(5_000)),
                value("features", "[".repeat(5_000) + "]".repeat(5_000)));
    }

    static Stream<Broken> bodies() {
        String good = body(fields());
        return Stream.of(
                new Broken("an empty body", "body", ""),
                new Broken("blanks", "body", " \n "),
                new Broken("null", "body", "null"),
                new Broken("a string", "body", "\"predict\""),
                new Broken("an array", "body", "[]"),
                new Broken("two objects", "body", good + good),
                new Broken("trailing garbage", "body", good + " x"),
                new Broken("a trailing comma", "features", good.substring(0, good.length() - 1) + ",}"),
                new Broken("half an object", "features", good.substring(0, good.length() / 2)),
                new Broken("single quotes", "body", good.replace('"', '\'')),
                new Broken("a comment", "body", "/* predict */" + good),
                new Broken("form data", "body", "symbol=BTC-USD"),
                new Broken("deep arrays", "body", "[".repeat(50_000)),
                new Broken("deep objects", "a", "{\"a\":".repeat(20_000)),
                new Broken("an unknown field", "priority", with("priority", "1")),
                new Broken(
                        "an unknown deep field", "priority", with("priority", "[".repeat(9_000) + "]".repeat(9_000))),
                new Broken("a field in other case", "Symbol", with("Symbol", "\"A\"")),
                new Broken("an empty field name", "field", with("", "1")),
                new Broken("symbol twice", "symbol", good.replace("{\"symbol\"", "{\"symbol\":\"A\",\"symbol\"")),
                new Broken("features twice", "features", twice("features", "[1]")),
                new Broken("test_id twice", "test_id", twice("test_id", "\"other\"")),
                new Broken("request_id twice", "request_id", twice("request_id", "\"a\",\"request_id\":\"a\"")),
                new Broken("unit_id twice, first null", "unit_id", twice("unit_id", "null,\"unit_id\":\"a\"")),
                new Broken("unit_id twice, then null", "unit_id", twice("unit_id", "\"a\",\"unit_id\":null")),
                new Broken("model twice", "model", twice("model", "\"constant_hold\",\"model\":\"constant_hold\"")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void a_wrong_value_is_refused_by_the_name_of_its_field(Broken broken) {
        assertRefused(broken);
    }

    @ParameterizedTest
    @MethodSource("features")
    void wrong_features_are_refused_by_name(Broken broken) {
        assertRefused(broken);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_wrong_body_is_refused(Broken broken) {
        assertRefused(broken);
    }

    @Test
    void a_wrong_number_of_features_is_told_with_the_right_one() {
        assertProblem(400, send(with("features", numbers(42))), "features", "42", "43");
    }

    @Test
    void a_feature_that_is_none_is_told_with_its_place() {
        assertProblem(400, send(value("features", place("\"x\"")).body()), "features[5]");
        assertProblem(400, send(value("features", place("1e39")).body()), "features[5]", "1e39");
        assertProblem(400, send(value("features", place("NaN")).body()), "features[5]", "NaN");
    }

    @Test
    void a_body_that_is_not_utf_8_is_refused() {
        String withLatin = with("symbol", "\"\u00e9\"");

        assertProblem(
                400,
                Service.request("application/json", withLatin.getBytes(ISO_8859_1))
                        .post(PREDICT),
                "symbol");
        assertProblem(400, sendBytes(0xff, 0xfe), "symbol");
        assertProblem(400, sendBytes(0xc0, 0x80), "symbol");
        assertProblem(400, sendBytes(0xed, 0xa0, 0x80), "symbol");
        assertProblem(400, sendBytes(0xf8, 0x88, 0x80, 0x80, 0x80), "symbol");
    }

    @Test
    void a_body_of_ten_megabytes_is_too_large() {
        Upload.assertTooLarge(PREDICT);
    }

    @Test
    void a_body_of_unknown_length_is_too_large_as_soon_as_it_is() {
        Upload.assertTooLargeInChunks(PREDICT);
    }

    @Test
    void another_content_type_is_unsupported() {
        byte[] good = body(fields()).getBytes(UTF_8);

        for (String type : List.of("text/plain", "application/xml", "application/octet-stream")) {
            assertProblem(415, Service.request(type, good).post(PREDICT), "application/json");
        }
    }

    private void assertRefused(Broken broken) {
        assertProblem(400, send(broken.body()), broken.field(), "allowed");
    }

    private io.restassured.response.Response send(String body) {
        return Service.request("application/json", body.replace("TEST", testId).getBytes(UTF_8))
                .post(PREDICT);
    }

    private io.restassured.response.Response sendBytes(int... symbol) {
        StringBuilder text = new StringBuilder();
        for (int b : symbol) {
            text.append((char) b);
        }
        String body = with("symbol", quoted(text.toString())).replace("TEST", testId);
        return Service.request("application/json", body.getBytes(ISO_8859_1)).post(PREDICT);
    }

    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("symbol", "\"BTC-USD\"");
        fields.put("test_id", "\"TEST\"");
        fields.put("features", "[" + NUMBERS + "]");
        return fields;
    }

    private static String body(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> quoted(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String with(String field, String value) {
        Map<String, String> fields = fields();
        fields.put(field, value);
        return body(fields);
    }

    private static String twice(String field, String value) {
        String good = body(fields());
        return good.substring(0, good.length() - 1) + "," + quoted(field) + ":" + value + "}";
    }

    private static Broken broken(String what, String field, java.util.function.Consumer<Map<String, String>> change) {
        Map<String, String> fields = fields();
        change.accept(fields);
        return new Broken(what, field, body(fields));
    }

    private static Broken value(String field, String value) {
        String shown = value.length() > 40 ? value.substring(0, 40) + "…" : value;
        return new Broken(field + " = " + shown, field, with(field, value));
    }

    /** A feature that is none, in the middle of others. */
    private static Broken feature(String value) {
        return value("features", place(value));
    }

    private static String place(String value) {
        return "[" + "0.5,".repeat(5) + value + ",0.5".repeat(37) + "]";
    }

    private static String numbers(int count) {
        return "[" + String.join(",", Collections.nCopies(count, "1")) + "]";
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
