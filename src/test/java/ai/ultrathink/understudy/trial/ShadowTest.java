package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.http.Service.MISBEHAVE;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.onlyRow;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predict;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.provocation;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ShadowTest {

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void the_answer_is_controls_and_both_answers_are_stored() {
        String testId = createdShadow("both", "bull_specialist", "constant_sell");

        JsonObject answer = predicted(request(testId));

        assertEquals("bull_specialist", answer.getJsonObject("metadata").getString("model"));
        assertEquals("shadow", placement(answer).getString("assigned_group"));
        assertEquals("control", placement(answer).getString("served_by"));
        assertEquals(true, placement(answer).getBoolean("shadow_mode"));
        assertNull(placement(answer).getString("fallback"));
        JsonObject row = storedRow(testId);
        assertEquals("shadow", row.getString("assigned_group"));
        assertEquals("control", row.getString("served_by"));
        assertEquals(answer.getString("action"), row.getString("control_action"));
        assertEquals(answer.getDouble("confidence"), row.getDouble("control_confidence"), 1e-6);
        assertEquals("SELL", row.getString("treatment_action"));
        assertEquals(0.8, row.getDouble("treatment_confidence"), 1e-6);
        assertEquals("1", row.getString("control_model_version"));
        assertEquals("1", row.getString("treatment_model_version"));
        assertNull(row.getValue("configured_split"));
    }

    @Test
    void the_row_says_whether_the_actions_match_and_how_far_the_answers_are_apart() {
        String testId = createdShadow("deltas", "bull_specialist", "constant_sell");
        predicted(request(testId));

        JsonObject row = storedRow(testId);

        assertEquals(row.getString("control_action").equals("SELL"), row.getBoolean("actions_match"));
        assertEquals(
                row.getDouble("treatment_confidence") - row.getDouble("control_confidence"),
                row.getDouble("confidence_delta"),
                1e-9);
        assertEquals(
                row.getDouble("treatment_latency_ms") - row.getDouble("control_latency_ms"),
                row.getDouble("latency_delta_ms"),
                1e-9);
    }

    @Test
    void a_treatment_that_throws_changes_nothing_of_the_answer() {
        assertUnchanged("throws_later", "error");
    }

    @Test
    void a_treatment_that_answers_nan_changes_nothing_of_the_answer() {
        assertUnchanged("nan_later", "invalid");
    }

    @Test
    void a_treatment_that_answers_a_wrong_shape_changes_nothing_of_the_answer() {
        assertUnchanged("wrong_shape_later", "invalid");
    }

    @Test
    void a_treatment_that_did_not_load_changes_nothing_of_the_answer() {
        assertUnchanged("corrupt", "error");
    }

    @Test
    void a_treatment_that_takes_five_seconds_changes_nothing_of_the_answer_nor_its_time() {
        long start = System.nanoTime();
        String testId = created(explicitTest(newId("slow"), "bull_specialist", "slow")
                .put("mode", "shadow")
                .put("treatment_deadline_ms", 50));
        JsonObject answer = predicted(provocation(testId));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertEquals(plain(), withoutMetadata(answer));
        assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, took::toString);
        assertEquals("timeout", storedRow(testId).getString("treatment_error"));
        SlowModel.awaitIdle();
    }

    @Test
    void errors_of_a_shadow_are_counted_and_are_no_fallbacks() {
        String testId = createdShadow("errors", "constant_hold", "throws_later");
        predicted(provocation(testId));
        predicted(request(testId));
        await().until(() -> Rows.of(testId).size() == 2);

        JsonObject metrics = ok(get(about(testId, "stats"))).getJsonObject("metrics");

        assertEquals(
                1,
                metrics.getJsonObject("treatment").getInteger("error_count"),
                () -> Rows.of(testId).toString());
        assertEquals(0, metrics.getJsonObject("treatment").getInteger("fallback_count"));
        assertEquals(0, metrics.getJsonObject("control").getInteger("error_count"));
    }

    @Test
    void agreement_is_over_the_rows_that_have_both_answers() {
        String testId = createdShadow("agreement", "constant_hold", "throws_later");
        predicted(provocation(testId));
        await().until(() -> Rows.of(testId).size() == 1);

        assertNull(ok(get(about(testId, "stats")))
                .getJsonObject("metrics")
                .getJsonObject("comparison")
                .getValue("agreement_rate"));
    }

    @Test
    void a_control_that_throws_is_unavailable_though_the_treatment_answers() {
        String testId = createdShadow("control", "throws_later", "constant_buy");

        assertProblem(503, predict(provocation(testId)), "control");

        JsonObject row = storedRow(testId);
        assertNull(row.getValue("served_by"));
        assertEquals("error", row.getString("control_error"));
        assertEquals("BUY", row.getString("treatment_action"));
        assertNull(row.getValue("actions_match"));
    }

    @Test
    void a_disabled_shadow_leaves_the_treatment_alone() {
        String testId = createdShadow("disabled", "constant_hold", "constant_buy");
        ok(post(about(testId, "disable")));

        JsonObject answer = predicted(request(testId));

        assertEquals("HOLD", answer.getString("action"));
        assertEquals("test_disabled", placement(answer).getString("fallback"));
        assertNull(onlyRow(testId).getValue("treatment_action"));
    }

    private static void assertUnchanged(String treatment, String error) {
        String testId = createdShadow("unchanged", "bull_specialist", treatment);

        JsonObject answer = predicted(provocation(testId));

        assertEquals(plain(), withoutMetadata(answer));
        assertEquals("bull_specialist", answer.getJsonObject("metadata").getString("model"));
        assertNull(placement(answer).getString("fallback"));
        JsonObject row = storedRow(testId);
        assertEquals(error, row.getString("treatment_error"));
        assertNull(row.getValue("treatment_action"));
        assertNull(row.getValue("actions_match"));
        assertNull(row.getValue("fallback"));
    }

    /** What the model says when nobody tests it. */
    private static JsonObject plain() {
        return withoutMetadata(
                predicted(request().put("model", "bull_specialist").put("features", features(MISBEHAVE))));
    }

    private static JsonObject withoutMetadata(JsonObject answer) {
        JsonObject rest = answer.copy();
        rest.remove("metadata");
        rest.remove("request_id");
        return rest;
    }

    /** The answer leaves before the comparison is made, so the row may come later. */
    private static JsonObject storedRow(String testId) {
        await().until(() -> Rows.of(testId).size() == 1);
        return Rows.of(testId).getFirst();
    }
}
