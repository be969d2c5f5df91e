package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.http.Service.MISBEHAVE;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdSplit;
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
import static ai.ultrathink.understudy.http.Service.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Crowd;
import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class SplitTest {

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void ten_thousand_concurrent_predictions_split_within_two_points_and_each_is_stored_once() {
        String testId = createdSplit("crowd", "constant_hold", "constant_buy", 0.2);
        List<JsonObject> requests = IntStream.range(0, 10_000)
                .mapToObj(i -> request(testId).put("request_id", "r-" + i))
                .toList();

        List<HttpResponse<String>> answers = Crowd.predict(requests);

        Map<String, String> assigned = new HashMap<>();
        for (HttpResponse<String> response : answers) {
            assertEquals(200, response.statusCode(), response::body);
            JsonObject answer = new JsonObject(response.body());
            String group = placement(answer).getString("assigned_group");
            assertEquals(group.equals("treatment") ? "BUY" : "HOLD", answer.getString("action"));
            assigned.put(answer.getString("request_id"), group);
        }
        assertEquals(10_000, assigned.size());
        List<JsonObject> rows = rows(testId);
        assertEquals(10_000, rows.size());
        assertEquals(
                assigned,
                rows.stream()
                        .collect(Collectors.toMap(
                                row -> row.getString("request_id"), row -> row.getString("assigned_group"))));
        for (JsonObject row : rows) {
            boolean treated = row.getString("assigned_group").equals("treatment");
            assertEquals(row.getString("assigned_group"), row.getString("served_by"));
            assertEquals(0.2, row.getDouble("configured_split"));
            assertEquals(1, row.getInteger("generation"));
            assertNull(row.getValue("fallback"));
            assertEquals(treated ? null : "HOLD", row.getString("control_action"));
            assertEquals(treated ? "BUY" : null, row.getString("treatment_action"));
        }
        double share = assigned.values().stream().filter("treatment"::equals).count() / 10_000.0;
        assertEquals(0.2, share, 0.02);
        JsonObject check = ok(get(about(testId, "verify-split")));
        assertEquals(true, check.getBoolean("within_tolerance"));
        assertEquals(share, check.getDouble("actual_split"), 1e-9);
        assertEquals(10_000, check.getInteger("sample_size"));
    }

    @Test
    void a_split_of_zero_is_nobody_and_of_one_everybody() {
        String none = createdSplit("none", "constant_hold", "constant_buy", 0);
        String all = createdSplit("all", "constant_hold", "constant_buy", 1);

        assertEquals(Set.of("control"), groups(none));
        assertEquals(Set.of("treatment"), groups(all));
    }

    @Test
    void a_split_of_a_billionth_is_kept_as_it_is() {
        String testId = createdSplit("tiny", "constant_hold", "constant_buy", 1e-9);

        assertEquals(1e-9, Service.test(testId).getDouble("traffic_split"));
        assertEquals(Set.of("control"), groups(testId));
        assertTrue(rows(testId).stream().allMatch(row -> row.getDouble("configured_split") == 1e-9));
    }

    @Test
    void a_unit_stays_in_its_group() {
        String testId = createdSplit("sticky", "constant_hold", "constant_buy", 0.5);

        for (int unit = 0; unit < 10; unit++) {
            String unitId = "account-" + unit;
            Set<String> groups = IntStream.range(0, 5)
                    .mapToObj(i -> placement(predicted(request(testId).put("unit_id", unitId)))
                            .getString("assigned_group"))
                    .collect(Collectors.toSet());
            assertEquals(1, groups.size(), unitId);
        }
    }

    @Test
    void raising_the_split_only_moves_units_to_treatment() {
        String testId = createdSplit("ramp", "constant_hold", "constant_buy", 0.1);
        List<JsonObject> requests = IntStream.range(0, 300)
                .mapToObj(i -> request(testId).put("unit_id", "u-" + i))
                .toList();
        List<Boolean> before = treated(requests);

        ok(post(about(testId, "update-split"), "{\"traffic_split\":0.5}"));

        List<Boolean> after = treated(requests);
        assertTrue(IntStream.range(0, 300).allMatch(i -> !before.get(i) || after.get(i)));
        assertTrue(after.stream().filter(treated -> treated).count()
                > before.stream().filter(treated -> treated).count());
    }

    @Test
    void where_a_treatment_throws_control_answers_and_the_row_stays_treatments() {
        assertFallsBack("throws_later", "treatment_error", "error");
    }

    @Test
    void where_a_treatment_answers_nan_control_answers_and_the_row_stays_treatments() {
        assertFallsBack("nan_later", "treatment_error", "invalid");
    }

    @Test
    void where_a_treatment_answers_a_wrong_shape_control_answers_and_the_row_stays_treatments() {
        assertFallsBack("wrong_shape_later", "treatment_error", "invalid");
    }

    @Test
    void where_a_treatment_did_not_load_control_answers_and_the_row_stays_treatments() {
        assertFallsBack("corrupt", "treatment_error", "error");
    }

    @Test
    void where_a_treatment_takes_five_seconds_control_answers_at_the_deadline() {
        long start = System.nanoTime();

        assertFallsBack(
                explicitTest(newId("slow"), "constant_hold", "slow")
                        .put("traffic_split", 1)
                        .put("treatment_deadline_ms", 50),
                "treatment_timeout",
                "timeout");

        assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(3)) < 0);
        SlowModel.awaitIdle();
    }

    @ParameterizedTest
    @CsvSource({"1, 20000", "2, 20000", "1, 1", "20000, 1", "60000, 60000"})
    void every_deadline_that_is_allowed_works(int treatmentMs, int controlMs) {
        String testId = created(explicitTest(newId("deadline"), "constant_hold", "constant_buy")
                .put("traffic_split", 1)
                .put("treatment_deadline_ms", treatmentMs)
                .put("control_deadline_ms", controlMs));

        for (int i = 0; i < 40; i++) {
            Response answer = predict(request(testId));
            // a millisecond may not be enough, but it is never a fault of the service
            if (controlMs > 1 || answer.statusCode() != 503) {
                assertEquals(200, answer.statusCode(), answer::asString);
            }
        }
        assertEquals(40, rows(testId).size());
    }

    @Test
    void fallbacks_and_errors_are_counted_in_the_statistics() {
        String testId = createdSplit("counted", "constant_hold", "throws_later", 1);
        predicted(provocation(testId));
        predicted(provocation(testId));
        predicted(request(testId));
        Service.flush(testId);

        JsonObject stats = ok(get(about(testId, "stats")));

        JsonObject treatment = stats.getJsonObject("metrics").getJsonObject("treatment");
        assertEquals(3, stats.getInteger("treatment_count"));
        assertEquals(2, treatment.getInteger("error_count"));
        assertEquals(2, treatment.getInteger("fallback_count"));
        assertEquals(0, stats.getJsonObject("metrics").getJsonObject("control").getInteger("error_count"));
    }

    @Test
    void a_control_that_throws_is_unavailable_and_the_treatment_never_answers_for_it() {
        String testId = createdSplit("control", "throws_later", "constant_buy", 0);

        assertProblem(503, predict(provocation(testId)), "control");

        JsonObject row = onlyRow(testId);
        assertEquals("control", row.getString("assigned_group"));
        assertEquals("error", row.getString("control_error"));
        assertNull(row.getValue("served_by"));
        assertNull(row.getValue("treatment_action"));
    }

    @Test
    void a_control_that_answers_nan_is_unavailable() {
        assertProblem(503, predict(provocation(createdSplit("control", "nan_later", "constant_buy", 0))), "control");
    }

    @Test
    void where_both_models_fail_the_prediction_is_unavailable() {
        String testId = createdSplit("both", "throws_later", "nan_later", 1);

        assertProblem(503, predict(provocation(testId)), "control");

        JsonObject row = onlyRow(testId);
        assertEquals("treatment", row.getString("assigned_group"));
        assertEquals("invalid", row.getString("treatment_error"));
        assertEquals("error", row.getString("control_error"));
        assertNull(row.getValue("served_by"));
    }

    @Test
    void innocent_requests_in_a_batch_with_a_throwing_one_are_answered() {
        List<JsonObject> requests = IntStream.range(0, 400)
                .mapToObj(i -> request()
                        .put("model", "throws_later")
                        .put("features", features(i % 10 == 0 ? MISBEHAVE : i / 400.0)))
                .toList();

        List<HttpResponse<String>> answers = Crowd.predict(requests);

        for (int i = 0; i < answers.size(); i++) {
            assertEquals(i % 10 == 0 ? 503 : 200, answers.get(i).statusCode(), "request " + i);
        }
    }

    @Test
    void a_disabled_test_has_control_answer_units_of_both_groups() {
        String testId = createdSplit("disabled", "constant_hold", "constant_buy", 1);
        ok(post(about(testId, "disable")));

        JsonObject answer = predicted(request(testId));

        assertEquals("HOLD", answer.getString("action"));
        assertEquals("treatment", placement(answer).getString("assigned_group"));
        assertEquals("control", placement(answer).getString("served_by"));
        assertEquals("test_disabled", placement(answer).getString("fallback"));
        assertEquals("test_disabled", onlyRow(testId).getString("fallback"));
    }

    @Test
    void a_test_of_mode_disabled_has_control_answer_everything() {
        String testId = newId("mode");
        created(explicitTest(testId, "constant_hold", "constant_buy")
                .put("mode", "disabled")
                .put("traffic_split", 1));

        JsonObject answer = predicted(request(testId));

        assertEquals("HOLD", answer.getString("action"));
        assertEquals("control", placement(answer).getString("served_by"));
        assertEquals("test_disabled", placement(answer).getString("fallback"));
    }

    @Test
    void a_disabled_test_is_no_fallback_for_units_of_control() {
        String testId = createdSplit("disabled", "constant_hold", "constant_buy", 0);
        ok(post(about(testId, "disable")));

        assertNull(placement(predicted(request(testId))).getString("fallback"));
    }

    private static void assertFallsBack(String treatment, String fallback, String error) {
        assertFallsBack(
                explicitTest(newId("fallback"), "constant_hold", treatment).put("traffic_split", 1), fallback, error);
    }

    private static void assertFallsBack(JsonObject test, String fallback, String error) {
        // none of the pairs, whose second answer would be in the row as well
        String testId = created(test.put("pairs", 0));

        JsonObject answer = predicted(provocation(testId));

        assertEquals("HOLD", answer.getString("action"));
        assertEquals("constant_hold", answer.getJsonObject("metadata").getString("model"));
        assertEquals("treatment", placement(answer).getString("assigned_group"));
        assertEquals("control", placement(answer).getString("served_by"));
        assertEquals(fallback, placement(answer).getString("fallback"));
        JsonObject row = onlyRow(testId);
        assertEquals("treatment", row.getString("assigned_group"));
        assertEquals("control", row.getString("served_by"));
        assertEquals(fallback, row.getString("fallback"));
        assertEquals(error, row.getString("treatment_error"));
        assertEquals("HOLD", row.getString("control_action"));
        assertNull(row.getValue("treatment_action"));
    }

    private static Set<String> groups(String testId) {
        return Crowd.predict(IntStream.range(0, 200)
                        .mapToObj(i -> request(testId).put("unit_id", "u-" + i))
                        .toList())
                .stream()
                .map(answer -> placement(new JsonObject(answer.body())).getString("assigned_group"))
                .collect(Collectors.toSet());
    }

    private static List<Boolean> treated(List<JsonObject> requests) {
        return Crowd.predict(requests).stream()
                .map(answer -> placement(new JsonObject(answer.body()))
                        .getString("assigned_group")
                        .equals("treatment"))
                .toList();
    }
}
