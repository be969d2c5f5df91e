package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.onlyRow;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.predict;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PredictionTest {

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void the_answer_has_the_fields_of_the_contract_and_no_others() {
        String testId = createdSplit("shape", "bull_specialist", "bull_specialist_v2", 0);

        JsonObject answer = predicted(request(testId).put("request_id", "r-1"));

        JsonObject metadata = answer.getJsonObject("metadata");
        assertEquals(
                List.of("request_id", "symbol", "action", "confidence", "action_probabilities", "metadata"),
                fields(answer));
        assertEquals(List.of("HOLD", "BUY", "SELL"), fields(answer.getJsonObject("action_probabilities")));
        assertEquals(
                List.of("model", "model_version", "model_digest", "latency_ms", "timestamp", "ab_test"),
                fields(metadata));
        assertEquals(
                List.of("test_id", "assigned_group", "served_by", "shadow_mode", "generation", "fallback"),
                fields(placement(answer)));
        assertEquals("r-1", answer.getString("request_id"));
        assertEquals("bull_specialist", metadata.getString("model"));
        assertEquals("1", metadata.getString("model_version"));
        assertTrue(metadata.getDouble("latency_ms") > 0);
        assertTrue(Duration.between(Instant.parse(metadata.getString("timestamp")), Instant.now())
                        .abs()
                        .compareTo(Duration.ofMinutes(1))
                < 0);
    }

    @Test
    void the_placement_says_test_group_server_mode_and_generation() {
        String testId = createdSplit("placed", "bull_specialist", "bull_specialist_v2", 0);

        assertEquals(
                new JsonObject()
                        .put("test_id", testId)
                        .put("assigned_group", "control")
                        .put("served_by", "control")
                        .put("shadow_mode", false)
                        .put("generation", 1)
                        .putNull("fallback"),
                placement(predicted(request(testId))));
    }

    @Test
    void the_action_is_the_most_probable_and_the_confidence_its_probability() {
        JsonObject answer = predicted(request().put("model", "constant_sell"));

        assertEquals("SELL", answer.getString("action"));
        assertEquals(0.8, answer.getDouble("confidence"), 1e-6);
        assertEquals(
                answer.getDouble("confidence"),
                answer.getJsonObject("action_probabilities").getDouble("SELL"));
    }

    @Test
    void probabilities_of_a_shipped_model_sum_to_one() {
        JsonObject chances = predicted(request()).getJsonObject("action_probabilities");

        assertEquals(
                1.0,
                Stream.of("HOLD", "BUY", "SELL").mapToDouble(chances::getDouble).sum(),
                1e-6);
    }

    @Test
    void logits_are_answered_as_probabilities() {
        JsonObject chances = predicted(request().put("model", "logits")).getJsonObject("action_probabilities");

        assertTrue(Stream.of("HOLD", "BUY", "SELL").map(chances::getDouble).allMatch(p -> p > 0 && p < 1));
        assertEquals(
                1.0,
                Stream.of("HOLD", "BUY", "SELL").mapToDouble(chances::getDouble).sum(),
                1e-6);
    }

    @Test
    void a_request_without_model_or_test_is_answered_by_the_default_model_and_no_test() {
        JsonObject answer = predicted(request());

        assertEquals("universal", answer.getJsonObject("metadata").getString("model"));
        assertTrue(answer.getJsonObject("metadata").containsKey("ab_test"));
        assertNull(placement(answer));
    }

    @Test
    void a_missing_request_id_is_a_uuid_and_another_each_time() {
        String one = predicted(request()).getString("request_id");
        String two = predicted(request()).getString("request_id");

        assertEquals(one, UUID.fromString(one).toString());
        assertNotEquals(one, two);
    }

    @Test
    void a_missing_unit_id_is_the_request_id() {
        String testId = createdSplit("unit", "constant_hold", "constant_buy", 0.5);

        predicted(request(testId).put("request_id", "r-unit"));

        assertEquals("r-unit", onlyRow(testId).getString("unit_id"));
    }

    @Test
    void a_null_stands_for_what_is_left_out() {
        JsonObject answer = predicted(request()
                .putNull("request_id")
                .putNull("unit_id")
                .putNull("model")
                .putNull("test_id"));

        assertFalse(answer.getString("request_id").isEmpty());
        assertEquals("universal", answer.getJsonObject("metadata").getString("model"));
    }

    @Test
    void a_symbol_is_answered_and_stored_in_upper_case() {
        String testId = createdSplit("symbol", "constant_hold", "constant_buy", 0);

        JsonObject answer = predicted(request(testId).put("symbol", "btc-usd"));

        assertEquals("BTC-USD", answer.getString("symbol"));
        assertEquals("BTC-USD", onlyRow(testId).getString("symbol"));
    }

    @Test
    void the_enabled_test_of_the_requested_model_applies_unnamed() {
        String testId = created(explicitTest(newId("unnamed"), "bear_specialist", "bear_specialist_v2")
                .put("explicit", false)
                .put("traffic_split", 0));

        assertEquals(
                testId,
                placement(predicted(request().put("model", "bear_specialist"))).getString("test_id"));
        assertNull(placement(predicted(request().put("model", "bull_specialist"))));
    }

    @Test
    void the_enabled_test_of_the_default_model_applies_to_requests_without_a_model() {
        String testId = created(explicitTest(newId("default"), "universal", "constant_buy")
                .put("explicit", false)
                .put("traffic_split", 0));

        assertEquals(testId, placement(predicted(request())).getString("test_id"));
    }

    @Test
    void an_explicit_test_applies_only_to_requests_that_name_it() {
        String testId = createdSplit("explicit", "bear_specialist", "bear_specialist_v2", 0);

        assertNull(placement(predicted(request().put("model", "bear_specialist"))));
        assertEquals(testId, placement(predicted(request(testId))).getString("test_id"));
    }

    @Test
    void a_named_test_goes_before_the_one_that_would_apply() {
        created(explicitTest(newId("unnamed"), "bear_specialist", "bear_specialist_v2")
                .put("explicit", false));
        String named = createdSplit("named", "bear_specialist", "constant_buy", 1);

        JsonObject answer = predicted(request(named).put("model", "bear_specialist"));

        assertEquals(named, placement(answer).getString("test_id"));
        assertEquals("constant_buy", answer.getJsonObject("metadata").getString("model"));
    }

    @Test
    void a_test_with_another_model_is_refused() {
        String testId = createdSplit("other", "bull_specialist", "bull_specialist_v2", 0);

        assertProblem(
                400,
                predict(request(testId).put("model", "bear_specialist")),
                "model",
                "bear_specialist",
                "bull_specialist");
    }

    @Test
    void an_unknown_test_is_not_found() {
        assertProblem(404, predict(request("never-created")), "never-created");
    }

    @Test
    void an_unknown_model_is_refused_with_the_names_of_those_there_are() {
        assertProblem(400, predict(request().put("model", "nobody")), "model", "nobody", "bull_specialist");
    }

    @Test
    void a_model_that_did_not_load_is_unavailable() {
        assertProblem(503, predict(request().put("model", "corrupt")), "corrupt");
    }

    @Test
    void the_same_features_get_the_same_answer() {
        JsonObject one = predicted(request());
        JsonObject two = predicted(request());

        assertEquals(one.getJsonObject("action_probabilities"), two.getJsonObject("action_probabilities"));
    }

    private static List<String> fields(JsonObject object) {
        return List.copyOf(object.fieldNames());
    }
}
