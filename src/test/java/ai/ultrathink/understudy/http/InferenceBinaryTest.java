package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.InferenceTest.inference;
import static ai.ultrathink.understudy.http.InferenceTest.inferred;
import static ai.ultrathink.understudy.http.InferenceTest.output;
import static ai.ultrathink.understudy.http.Service.features;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The binary tensor extension of the Open Inference Protocol. */
@QuarkusTest
class InferenceBinaryTest {

    private static final String LENGTH = "Inference-Header-Content-Length";
    private static final String INFER = "/v2/models/bull_specialist/infer";

    /** The features of {@link Service#features}, row after row. */
    private static float[] rows(double... firsts) {
        float[] numbers = new float[43 * firsts.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = features(firsts[i / 43]).getFloat(i % 43);
        }
        return numbers;
    }

    private static byte[] bytes(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return bytes.array();
    }

    /** A request whose input is so many bytes after the JSON. */
    private static JsonObject binary(String datatype, int size, int... shape) {
        JsonArray axes = new JsonArray();
        Arrays.stream(shape).forEach(axes::add);
        return new JsonObject()
                .put(
                        "inputs",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "features")
                                        .put("datatype", datatype)
                                        .put("shape", axes)
                                        .put("parameters", new JsonObject().put("binary_data_size", size))));
    }

    private static byte[] body(JsonObject json, byte[] rest) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json.encode().getBytes(StandardCharsets.UTF_8));
        body.writeBytes(rest);
        return body.toByteArray();
    }

    private static Response send(JsonObject json, byte[] rest) {
        int length = json.encode().getBytes(StandardCharsets.UTF_8).length;
        return given().header(LENGTH, length)
                .contentType("application/octet-stream")
                .body(body(json, rest))
                .post(INFER);
    }

    private static void assertRefused(Response answer, String... words) {
        assertEquals(400, answer.statusCode(), answer.asString());
        String error = new JsonObject(answer.asString()).getString("error");
        for (String word : words) {
            assertTrue(error.contains(word), () -> "no \"" + word + "\" in " + error);
        }
    }

    @Test
    void numbers_may_follow_as_bytes_and_are_answered_as_numbers_in_json() {
        JsonObject expected = inferred("bull_specialist", inference().put("id", "b"));

        Response answer = send(binary("FP32", 172, 1, 43).put("id", "b"), bytes(rows(0.5)));

        assertEquals(200, answer.statusCode(), answer.asString());
        assertEquals(expected, new JsonObject(answer.asString()));
    }

    @Test
    void outputs_follow_as_bytes_if_they_are_asked_for_so() {
        JsonObject expected = inferred("bull_specialist", inference().put("id", "b"));
        JsonObject request = binary("FP32", 344, 2, 43)
                .put("id", "b")
                .put("parameters", new JsonObject().put("binary_data_output", true));

        Response answer = send(request, bytes(rows(0.5, 0.5)));

        assertEquals(200, answer.statusCode(), answer.asString());
        assertEquals("application/octet-stream", answer.contentType());
        byte[] body = answer.asByteArray();
        int length = Integer.parseInt(answer.header(LENGTH));
        JsonObject json = new JsonObject(new String(body, 0, length, StandardCharsets.UTF_8));
        ByteBuffer rest = ByteBuffer.wrap(body, length, body.length - length).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(24, size(json, "action_probabilities"));
        JsonArray chances = output(expected, "action_probabilities").getJsonArray("data");
        for (int i = 0; i < 6; i++) {
            assertEquals(chances.getFloat(i % 3), rest.getFloat());
        }
        String action = output(expected, "action").getJsonArray("data").getString(0);
        assertEquals(2 * (4 + action.length()), size(json, "action"));
        for (int row = 0; row < 2; row++) {
            byte[] text = new byte[rest.getInt()];
            rest.get(text);
            assertEquals(action, new String(text, StandardCharsets.UTF_8));
        }
        assertEquals(0, rest.remaining());
    }

    private static int size(JsonObject answer, String name) {
        JsonObject output = output(answer, name);
        assertTrue(!output.containsKey("data"), output::encode);
        return output.getJsonObject("parameters").getInteger("binary_data_size");
    }

    @Test
    void each_output_may_say_for_itself_how_it_comes() {
        JsonObject request = inference()
                .put("parameters", new JsonObject().put("binary_data_output", true))
                .put(
                        "outputs",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "action")
                                        .put("parameters", new JsonObject().put("binary_data", false)))
                                .add(new JsonObject().put("name", "action_probabilities")));

        Response answer = Service.post(INFER, request);

        int length = Integer.parseInt(answer.header(LENGTH));
        byte[] body = answer.asByteArray();
        JsonObject json = new JsonObject(new String(body, 0, length, StandardCharsets.UTF_8));
        List<String> names = new ArrayList<>();
        json.getJsonArray("outputs").forEach(output -> names.add(((JsonObject) output).getString("name")));
        assertEquals(List.of("action", "action_probabilities"), names);
        assertEquals(1, output(json, "action").getJsonArray("data").size());
        assertEquals(12, size(json, "action_probabilities"));
        assertEquals(length + 12, body.length);
    }

    @Test
    void the_other_datatypes_are_read_little_endian() {
        int[] whole = IntStream.range(0, 43).map(i -> i % 3 - 1).toArray();
        ByteBuffer doubles = ByteBuffer.allocate(8 * 43).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer ints = ByteBuffer.allocate(4 * 43).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer longs = ByteBuffer.allocate(8 * 43).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[43];
        for (int i = 0; i < 43; i++) {
            floats[i] = whole[i];
            doubles.putDouble(whole[i]);
            ints.putInt(whole[i]);
            longs.putLong(whole[i]);
        }
        String expected =
                send(binary("FP32", 172, 43).put("id", "d"), bytes(floats)).asString();

        assertEquals(
                expected,
                send(binary("FP64", 344, 43).put("id", "d"), doubles.array()).asString());
        assertEquals(
                expected,
                send(binary("INT32", 172, 43).put("id", "d"), ints.array()).asString());
        assertEquals(
                expected,
                send(binary("INT64", 344, 43).put("id", "d"), longs.array()).asString());
    }

    @Test
    void nan_and_infinite_numbers_are_refused_in_binary_form_too() {
        float[] numbers = rows(0.5);
        numbers[7] = Float.NaN;
        assertRefused(send(binary("FP32", 172, 1, 43), bytes(numbers)), "inputs[0].data[7]", "NaN", "finite");
        numbers[7] = Float.NEGATIVE_INFINITY;
        assertRefused(send(binary("FP32", 172, 1, 43), bytes(numbers)), "inputs[0].data[7]", "-Infinity", "finite");
        ByteBuffer tooLarge =
                ByteBuffer.allocate(344).order(ByteOrder.LITTLE_ENDIAN).putDouble(1e300);
        assertRefused(send(binary("FP64", 344, 1, 43), tooLarge.array()), "inputs[0].data[0]", "finite");
    }

    @Test
    void lengths_that_do_not_fit_are_refused() {
        byte[] row = bytes(rows(0.5));

        assertRefused(send(binary("FP32", 168, 1, 43), row), "inputs[0]", "168 bytes", "172");
        assertRefused(send(binary("FP32", 172, 1, 43), Arrays.copyOf(row, 171)), "binary_data_size", "171");
        assertRefused(send(binary("FP32", 172, 1, 43), Arrays.copyOf(row, 173)), "1 bytes after");
        assertRefused(send(binary("FP32", -4, 1, 43), row), "binary_data_size", "-4");
        JsonObject both = binary("FP32", 172, 1, 43);
        both.getJsonArray("inputs").getJsonObject(0).put("data", features(0.5));
        assertRefused(send(both, row), "inputs[0]", "one of them");
    }

    @Test
    void a_header_that_is_not_the_length_of_the_json_is_refused() {
        byte[] body = body(binary("FP32", 172, 1, 43), bytes(rows(0.5)));

        for (String length : List.of("x", "-1", "100000", "")) {
            assertRefused(given().header(LENGTH, length).body(body).post(INFER), "Inference-Header-Content-Length");
        }
        assertRefused(given().header(LENGTH, 10).body(body).post(INFER), "well-formed JSON");
        assertRefused(given().contentType("application/octet-stream").body(body).post(INFER), LENGTH);
    }

    @Test
    void a_body_may_be_compressed() {
        JsonObject json = binary("FP32", 172, 1, 43).put("id", "b");
        byte[] plain = body(json, bytes(rows(0.5)));

        byte[] answer = given().header(LENGTH, json.encode().length())
                .header("Content-Encoding", "gzip")
                .body(gzip(plain))
                .post(INFER)
                .asByteArray();

        assertArrayEquals(send(json, bytes(rows(0.5))).asByteArray(), answer);
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
