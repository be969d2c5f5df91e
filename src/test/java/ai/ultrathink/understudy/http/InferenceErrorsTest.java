package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.InferenceTest.inference;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.post;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of the Open Inference Protocol over REST: {"error": "…"}, which names the field, what came and what is allowed. */
@QuarkusTest
class InferenceErrorsTest {

    private static final String INFER = "/v2/models/bull_specialist/infer";

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    private static void assertRefused(int status, Response answer, String... words) {
        String text = answer.asString();
        assertEquals(status, answer.statusCode(), text);
        assertTrue(String.valueOf(answer.contentType()).startsWith("application/json"), answer.contentType());
        JsonObject body = new JsonObject(text);
        assertEquals(Set.of("error"), body.fieldNames());
        for (String word : words) {
            assertTrue(body.getString("error").contains(word), () -> "no \"" + word + "\" in " + text);
        }
    }

    /** The request with another value in its input. */
    private static JsonObject with(String field, Object value) {
        JsonObject request = inference();
        request.getJsonArray("inputs").getJsonObject(0).put(field, value);
        return request;
    }

    /** As above, of another datatype. */
    private static JsonObject with(String field, Object value, String datatype) {
        JsonObject request = with(field, value);
        request.getJsonArray("inputs").getJsonObject(0).put("datatype", datatype);
        return request;
    }

    private static JsonArray wholeNumbers() {
        return new JsonArray(new ArrayList<>(Collections.nCopies(43, 1)));
    }

    private static void assertRefused(JsonObject request, String... words) {
        assertRefused(400, post(INFER, request), words);
    }

    @Test
    void a_shape_that_is_not_the_model_s_is_refused_with_those_that_are() {
        String allowed = "[43] or [n, 43], with n rows from 1 to 64";

        assertRefused(inference(new JsonArray().add(1).add(2).add(3), 1, 3), "inputs[0].shape", "[1, 3]", allowed);
        assertRefused(inference(features(0.5), 43, 1), "[43, 1]", allowed);
        assertRefused(inference(new JsonArray(), 0, 43), "[0, 43]", allowed);
        assertRefused(inference(features(0.5), 1, 1, 43), "[1, 1, 43]", allowed);
        assertRefused(inference(features(0.5).add(1).add(2).add(3).add(4), 47), "[47]", allowed);
    }

    @Test
    void more_rows_than_are_allowed_are_refused() {
        JsonArray rows = new JsonArray();
        for (int row = 0; row < 65; row++) {
            rows.add(features(row));
        }

        assertRefused(inference(rows, 65, 43), "[65, 43]", "1 to 64");
    }

    @Test
    void numbers_that_do_not_fill_the_shape_are_refused() {
        assertRefused(inference(features(0.5), 2, 43), "inputs[0].data", "43 numbers", "86", "[2, 43]");
        assertRefused(with("shape", new JsonArray().add(-1).add(43)), "inputs[0].shape", "[-1, 43]");
        assertRefused(with("shape", new JsonArray().add(Integer.MAX_VALUE).add(Integer.MAX_VALUE)), "inputs[0].shape");
        assertRefused(with("shape", new JsonArray().add(1.5)), "inputs[0].shape[0]", "whole number");
        assertRefused(with("shape", "1"), "inputs[0].shape", "array");
    }

    @Test
    void nested_numbers_have_the_lengths_of_the_shape() {
        JsonArray ragged = new JsonArray().add(features(1)).add(new JsonArray().add(1));
        JsonArray mixed = new JsonArray().add(1).add(features(1));
        JsonArray other = new JsonArray();
        for (int i = 0; i < 43; i++) {
            other.add(new JsonArray().add(i));
        }

        assertRefused(inference(ragged, 2, 43), "inputs[0].data", "different lengths");
        assertRefused(inference(mixed, 2, 43), "inputs[0].data", "different lengths or depths");
        assertRefused(inference(other, 1, 43), "inputs[0].data", "nested", "[1, 43]");
    }

    @Test
    void another_datatype_is_refused_with_those_that_are_taken() {
        assertRefused(with("datatype", "FP16"), "inputs[0].datatype", "FP16", "FP32, FP64, INT32, INT64");
        assertRefused(with("datatype", "BYTES"), "inputs[0].datatype", "BYTES");
        assertRefused(with("datatype", "INT32"), "inputs[0].data", "fractions", "INT32");
    }

    @ParameterizedTest
    @CsvSource({
        "INT32, 2147483648, -2147483648 to 2147483647",
        "INT32, -2147483649, -2147483648 to 2147483647",
        "INT32, 1099511627776, -2147483648 to 2147483647",
        "INT64, 9223372036854775808, -9223372036854775808 to 9223372036854775807",
        "INT64, -10000000000000000000000000, -9223372036854775808 to 9223372036854775807"
    })
    void whole_numbers_that_a_datatype_has_not_are_refused_with_its_bounds(
            String datatype, BigInteger number, String allowed) {
        JsonArray numbers = wholeNumbers().set(3, number);
        JsonObject nested = inference(new JsonArray().add(numbers), 1, 43);
        nested.getJsonArray("inputs").getJsonObject(0).put("datatype", datatype);

        assertRefused(with("data", numbers, datatype), "inputs[0].data[3]", number.toString(), allowed);
        assertRefused(nested, "inputs[0].data[3]", number.toString(), allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "INT32, 2147483647",
        "INT32, -2147483648",
        "INT64, 9223372036854775807",
        "INT64, -9223372036854775808",
        "FP32, 10000000000000000000000000"
    })
    void the_last_numbers_of_a_datatype_are_taken(String datatype, BigInteger number) {
        assertEquals(
                200,
                post(INFER, with("data", wholeNumbers().set(3, number), datatype))
                        .statusCode());
    }

    @Test
    void what_is_no_finite_number_is_refused_with_its_place() {
        assertRefused(with("data", features(0.5).set(3, "x")), "inputs[0].data[3]", "a string", "a number");
        assertRefused(with("data", features(0.5).setNull(3)), "inputs[0].data[3]", "null");
        assertRefused(with("data", features(0.5).set(3, 1e39)), "inputs[0].data[3]", "finite 32-bit float");
        assertRefused(
                400, post(INFER, inference().encode().replace("0.5,", "NaN,")), "inputs", "NaN", "well-formed JSON");
    }

    @Test
    void what_is_missing_or_unknown_is_named() {
        JsonObject nameless = inference();
        nameless.getJsonArray("inputs").getJsonObject(0).remove("name");
        JsonObject without = inference();
        without.getJsonArray("inputs").getJsonObject(0).remove("data");

        assertAll(
                () -> assertRefused(nameless, "inputs[0].name"),
                () -> assertRefused(without, "inputs[0].data", "binary_data_size"),
                () -> assertRefused(with("dtype", "FP32"), "inputs[0]", "dtype", "datatype"),
                () -> assertRefused(inference().put("input", 1), "field", "input", "inputs"),
                () -> assertRefused(new JsonObject(), "inputs", "one"),
                () -> assertRefused(new JsonObject().put("inputs", new JsonArray()), "inputs", "0 tensors"),
                () -> assertRefused(inference().put("inputs", 1), "inputs", "array"),
                () -> assertRefused(inference().put("id", 1), "id", "a string"),
                () -> assertRefused(inference().put("id", ""), "id", "1 to 100"),
                () -> assertRefused(400, post(INFER, "[]"), "body", "object"),
                () -> assertRefused(400, post(INFER, "{"), "body", "JSON"),
                () -> assertRefused(400, post(INFER, "{} {}"), "body", "one JSON object"),
                () -> assertRefused(400, post(INFER, "{\"id\":\"a\",\"id\":\"b\"}"), "id", "twice"));
    }

    @Test
    void a_second_input_is_refused() {
        JsonObject request = inference();
        request.getJsonArray("inputs")
                .add(request.getJsonArray("inputs").getJsonObject(0).copy());

        assertRefused(request, "inputs", "2 tensors", "one");
    }

    @Test
    void an_unknown_parameter_is_refused_because_a_misspelt_one_would_be_forgotten() {
        assertRefused(
                inference().put("parameters", new JsonObject().put("unit", "a")), "parameters", "unit", "unit_id");
        assertRefused(
                inference().put("parameters", new JsonObject().put("unit_id", 7)), "parameters.unit_id", "string");
        assertRefused(
                inference().put("parameters", new JsonObject().put("explain", "yes")),
                "parameters.explain",
                "true or false");
        assertRefused(
                inference().put("parameters", new JsonObject().put("symbol", "S".repeat(21))), "symbol", "1 to 20");
        assertRefused(with("parameters", new JsonObject().put("shared_memory_region", "a")), "shared_memory_region");
    }

    @Test
    void an_unknown_output_is_refused_with_those_there_are() {
        JsonObject request = inference().put("outputs", new JsonArray().add(new JsonObject().put("name", "logits")));

        assertRefused(request, "outputs[0].name", "logits", "action_probabilities, action");
        request.getJsonArray("outputs").getJsonObject(0).put("name", "action");
        request.getJsonArray("outputs").add(new JsonObject().put("name", "action"));
        assertRefused(request, "outputs[1].name", "twice");
    }

    @Test
    void an_id_that_has_no_room_for_the_row_is_refused() {
        JsonArray rows = new JsonArray().add(features(0)).add(features(1));

        assertRefused(inference(rows, 2, 43).put("id", "r".repeat(99)), "number of the row", "100");
    }

    @Test
    void an_unknown_model_or_version_is_not_found() {
        assertRefused(404, post("/v2/models/never/infer", inference()), "never", "bull_specialist");
        assertRefused(404, get("/v2/models/never"), "never");
        assertRefused(404, get("/v2/models/never/ready"), "never");
        assertRefused(404, post("/v2/models/bull_specialist/versions/2/infer", inference()), "version 2", "version 1");
        assertRefused(404, get("/v2/models/bull_specialist/versions/2"), "version 2");
        assertRefused(404, get("/v2/models/bull_specialist/versions/2/ready"), "version 2");
    }

    @Test
    void a_model_that_did_not_load_is_unavailable() {
        Response answer = post("/v2/models/corrupt/infer", inference());

        assertRefused(503, answer, "corrupt", "not loaded");
        assertEquals("1", answer.header("Retry-After"));
    }

    @Test
    void an_unknown_test_is_not_found_and_one_of_another_model_refused() {
        String testId = createdShadow("of", "constant_hold", "constant_buy");
        JsonObject unknown = inference().put("parameters", new JsonObject().put("test_id", "never-created"));
        JsonObject other = inference().put("parameters", new JsonObject().put("test_id", testId));

        assertRefused(404, post(INFER, unknown), "never-created");
        assertRefused(400, post(INFER, other), "constant_hold", "bull_specialist");
    }

    @Test
    void a_row_that_gets_no_answer_is_named_and_none_is_answered() {
        JsonArray rows = new JsonArray().add(features(0)).add(features(Service.MISBEHAVE));

        assertRefused(503, post("/v2/models/throws_later/infer", inference(rows, 2, 43)), "row 1 of 2", "control");
    }

    @ParameterizedTest
    @CsvSource({
        "404, GET, /v2/nothing",
        "405, POST, /v2",
        "405, GET, /v2/models/bull_specialist/infer",
        "400, GET, /v2?a=b",
        "415, GZIP, /v2/models/bull_specialist/infer",
        "413, LARGE, /v2/models/bull_specialist/infer"
    })
    void errors_outside_the_calls_have_the_form_of_the_protocol(int status, String kind, String path) {
        assertRefused(
                status,
                switch (kind) {
                    case "GET" -> get(path);
                    case "POST" -> post(path, inference());
                    // packed, so that it is sent before it is refused
                    case "LARGE" -> encoded("gzip", packed(" ".repeat(300_000)), path);
                    default -> encoded("br", "{}".getBytes(StandardCharsets.UTF_8), path);
                });
    }

    private static Response encoded(String coding, byte[] body, String path) {
        return RestAssured.given()
                .contentType("application/json")
                .header("Content-Encoding", coding)
                .body(body)
                .post(path);
    }

    private static byte[] packed(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
