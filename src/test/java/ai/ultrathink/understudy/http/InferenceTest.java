package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.onlyRow;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The Open Inference Protocol over REST: what is answered. Bytes are in InferenceBinaryTest, errors in InferenceErrorsTest. */
@QuarkusTest
class InferenceTest {

    private static final String BULL = "/v2/models/bull_specialist";

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    /** A request with one input of this shape and these numbers. */
    static JsonObject inference(JsonArray data, int... shape) {
        JsonArray axes = new JsonArray();
        for (int axis : shape) {
            axes.add(axis);
        }
        return new JsonObject()
                .put(
                        "inputs",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "features")
                                        .put("datatype", "FP32")
                                        .put("shape", axes)
                                        .put("data", data)));
    }

    static JsonObject inference() {
        return inference(features(0.5), 1, 43);
    }

    static JsonObject parameters(String testId) {
        return new JsonObject().put("test_id", testId).put("explain", true);
    }

    static JsonObject inferred(String model, JsonObject request) {
        return ok(post("/v2/models/" + model + "/infer", request));
    }

    static JsonObject output(JsonObject answer, String name) {
        return answer.getJsonArray("outputs").stream()
                .map(JsonObject.class::cast)
                .filter(output -> output.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Float> probabilities(JsonObject answer) {
        return output(answer, "action_probabilities").getJsonArray("data").stream()
                .map(number -> ((Number) number).floatValue())
                .toList();
    }

    @Test
    void one_row_is_answered_as_a_prediction_of_the_same_features() {
        JsonObject prediction = predicted(request().put("model", "bull_specialist"));

        JsonObject answer = inferred("bull_specialist", inference().put("id", "r-oip"));

        JsonObject chances = prediction.getJsonObject("action_probabilities");
        assertEquals(Set.of("model_name", "model_version", "id", "outputs"), answer.fieldNames());
        assertEquals("bull_specialist", answer.getString("model_name"));
        assertEquals("1", answer.getString("model_version"));
        assertEquals("r-oip", answer.getString("id"));
        assertEquals(
                List.of(chances.getFloat("HOLD"), chances.getFloat("BUY"), chances.getFloat("SELL")),
                probabilities(answer));
        assertEquals(
                new JsonObject()
                        .put("name", "action")
                        .put("datatype", "BYTES")
                        .put("shape", new JsonArray().add(1))
                        .put("data", new JsonArray().add(prediction.getString("action"))),
                output(answer, "action"));
        assertEquals(
                new JsonArray().add(1).add(3),
                output(answer, "action_probabilities").getJsonArray("shape"));
        assertEquals(
                "HOLD,BUY,SELL",
                output(answer, "action_probabilities")
                        .getJsonObject("parameters")
                        .getString("labels"));
    }

    @Test
    void a_row_may_come_without_its_batch_and_nested_or_flat() {
        JsonArray row = features(0.5);
        List<Float> expected = probabilities(inferred("bull_specialist", inference()));

        assertEquals(expected, probabilities(inferred("bull_specialist", inference(row, 43))));
        assertEquals(expected, probabilities(inferred("bull_specialist", inference(new JsonArray().add(row), 1, 43))));
    }

    @Test
    void several_rows_are_answered_in_their_order() {
        JsonArray flat = new JsonArray();
        JsonArray nested = new JsonArray();
        for (int row = 0; row < 3; row++) {
            features(row).forEach(flat::add);
            nested.add(features(row));
        }

        JsonObject answer = inferred("bull_specialist", inference(flat, 3, 43).put("id", "r"));

        List<Float> one = probabilities(inferred("bull_specialist", inference(features(2), 1, 43)));
        assertEquals("r", answer.getString("id"));
        assertEquals(
                new JsonArray().add(3).add(3),
                output(answer, "action_probabilities").getJsonArray("shape"));
        assertEquals(3, output(answer, "action").getJsonArray("data").size());
        assertEquals(one, probabilities(answer).subList(6, 9));
        assertEquals(probabilities(answer), probabilities(inferred("bull_specialist", inference(nested, 3, 43))));
    }

    @Test
    void other_numbers_are_converted() {
        JsonArray whole = new JsonArray();
        for (int i = 0; i < 43; i++) {
            whole.add(i % 3);
        }
        List<Float> expected = probabilities(inferred("bull_specialist", inference(whole, 1, 43)));

        for (String datatype : List.of("FP64", "INT32", "INT64")) {
            JsonObject request = inference(whole, 1, 43);
            request.getJsonArray("inputs").getJsonObject(0).put("datatype", datatype);

            assertEquals(expected, probabilities(inferred("bull_specialist", request)), datatype);
        }
    }

    @Test
    void outputs_are_those_that_are_asked_for() {
        JsonObject request = inference().put("outputs", new JsonArray().add(new JsonObject().put("name", "action")));

        JsonArray outputs = inferred("bull_specialist", request).getJsonArray("outputs");

        assertEquals(1, outputs.size());
        assertEquals("action", outputs.getJsonObject(0).getString("name"));
    }

    @Test
    void a_missing_id_is_a_uuid_and_the_answer_says_it() {
        String one = inferred("bull_specialist", inference()).getString("id");

        assertEquals(one, UUID.fromString(one).toString());
        assertNotEquals(one, inferred("bull_specialist", inference()).getString("id"));
    }

    @Test
    void parameters_name_test_unit_and_symbol_and_the_row_has_them() {
        String testId = createdSplit("oip", "constant_hold", "constant_buy", 1);
        JsonObject request = inference()
                .put("id", "r-parameters")
                .put(
                        "parameters",
                        parameters(testId).put("unit_id", "account-7").put("symbol", "spx"));

        JsonObject answer = inferred("constant_hold", request);

        JsonObject row = onlyRow(testId);
        assertEquals("r-parameters", row.getString("request_id"));
        assertEquals("account-7", row.getString("unit_id"));
        assertEquals("SPX", row.getString("symbol"));
        assertEquals("BUY", output(answer, "action").getJsonArray("data").getString(0));
        assertEquals(
                new JsonObject()
                        .put("test_id", testId)
                        .put("assigned_group", "treatment")
                        .put("served_by", "treatment"),
                answer.getJsonObject("parameters"));
    }

    @Test
    void who_does_not_ask_is_not_told_which_model_answered() {
        String testId = createdSplit("hidden", "constant_hold", "constant_buy", 1);
        JsonObject request = inference().put("parameters", new JsonObject().put("test_id", testId));

        JsonObject answer = inferred("constant_hold", request);

        assertEquals("BUY", output(answer, "action").getJsonArray("data").getString(0));
        assertEquals("constant_hold", answer.getString("model_name"));
        assertFalse(answer.encode().contains("constant_buy"), answer::encode);
        assertFalse(answer.containsKey("parameters"), answer::encode);
    }

    @Test
    void a_symbol_is_a_dash_unless_it_is_given() {
        String testId = createdShadow("dash", "constant_hold", "constant_buy");

        inferred("constant_hold", inference().put("parameters", parameters(testId)));

        assertEquals("-", onlyRow(testId).getString("symbol"));
    }

    @Test
    void each_row_is_a_prediction_of_its_own() {
        String testId = createdShadow("rows", "constant_hold", "constant_buy");
        JsonArray flat = new JsonArray();
        for (int row = 0; row < 3; row++) {
            features(row).forEach(flat::add);
        }

        JsonObject answer = inferred(
                "constant_hold", inference(flat, 3, 43).put("id", "batch").put("parameters", parameters(testId)));

        assertEquals(
                Set.of("batch:0", "batch:1", "batch:2"),
                rows(testId).stream().map(row -> row.getString("request_id")).collect(Collectors.toSet()));
        assertEquals("shadow", answer.getJsonObject("parameters").getString("assigned_group"));
        assertEquals("control", answer.getJsonObject("parameters").getString("served_by"));
        assertEquals(3, ok(get("/api/v1/ab-test/" + testId + "/stats")).getInteger("total_samples"));
    }

    @Test
    void rows_of_one_unit_are_placed_alike_and_others_are_told_one_by_one() {
        String testId = createdSplit("placed", "constant_hold", "constant_buy", 0.5);
        JsonArray flat = new JsonArray();
        for (int row = 0; row < 16; row++) {
            features(row).forEach(flat::add);
        }
        JsonObject many = inference(flat, 16, 43).put("id", "many").put("parameters", parameters(testId));

        String groups =
                inferred("constant_hold", many).getJsonObject("parameters").getString("assigned_group");
        many.getJsonObject("parameters").put("unit_id", "one");
        String group =
                inferred("constant_hold", many).getJsonObject("parameters").getString("assigned_group");

        assertEquals(16, groups.split(",").length, groups);
        assertEquals(Set.of("control", "treatment"), new HashSet<>(List.of(groups.split(","))));
        assertTrue(Set.of("control", "treatment").contains(group), group);
    }

    @Test
    void a_model_says_what_it_takes_and_answers() {
        JsonObject model = ok(get(BULL));

        assertEquals("bull_specialist", model.getString("name"));
        assertEquals(new JsonArray().add("1"), model.getJsonArray("versions"));
        assertEquals("understudy_torchscript", model.getString("platform"));
        assertEquals(
                new JsonArray()
                        .add(new JsonObject()
                                .put("name", "features")
                                .put("datatype", "FP32")
                                .put("shape", new JsonArray().add(-1).add(43))),
                model.getJsonArray("inputs"));
        assertEquals(
                new JsonArray()
                        .add(new JsonObject()
                                .put("name", "action_probabilities")
                                .put("datatype", "FP32")
                                .put("shape", new JsonArray().add(-1).add(3)))
                        .add(new JsonObject()
                                .put("name", "action")
                                .put("datatype", "BYTES")
                                .put("shape", new JsonArray().add(-1))),
                model.getJsonArray("outputs"));
        assertEquals(model, ok(get(BULL + "/versions/1")));
    }

    @Test
    void a_version_that_is_loaded_may_be_named() {
        assertEquals("1", ok(post(BULL + "/versions/1/infer", inference())).getString("model_version"));
    }

    @Test
    void the_server_says_what_it_is_and_whether_it_and_its_models_are_ready() {
        JsonObject server = ok(get("/v2"));

        assertEquals("understudy", server.getString("name"));
        assertFalse(server.getString("version").isBlank());
        assertEquals(new JsonArray().add("binary_tensor_data"), server.getJsonArray("extensions"));
        assertEquals(new JsonObject().put("live", true), ok(get("/v2/health/live")));
        assertEquals(new JsonObject().put("ready", true), ok(get("/v2/health/ready")));
        assertEquals(new JsonObject().put("name", "bull_specialist").put("ready", true), ok(get(BULL + "/ready")));
        assertEquals(ok(get(BULL + "/ready")), ok(get(BULL + "/versions/1/ready")));
    }

    @Test
    void a_model_that_did_not_load_is_not_ready() {
        Response answer = get("/v2/models/corrupt/ready");

        assertEquals(503, answer.statusCode());
        assertEquals(new JsonObject().put("name", "corrupt").put("ready", false), new JsonObject(answer.asString()));
    }
}
