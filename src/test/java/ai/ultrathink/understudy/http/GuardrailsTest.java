package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.test;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class GuardrailsTest {

    private static final JsonObject USUAL = new JsonObject("""
            {"alpha": 0.01,
             "agreement": {"limit": 0.85, "minimum_samples": 100, "action": "by_mode"},
             "p95_latency_delta_ms": {"limit": 10.0, "minimum_samples": 100, "action": "by_mode"},
             "confidence_delta": {"limit": 0.1, "minimum_samples": 100, "action": "by_mode"},
             "split_deviation": {"limit": 0.02, "minimum_samples": 100, "action": "by_mode"},
             "error_rate_delta": {"limit": 0.01, "minimum_samples": 100, "action": "by_mode"}}""");

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_test_that_names_no_limits_has_the_usual_ones() {
        String testId = createdSplit("usual", "constant_hold", "constant_buy", 0.1);

        assertEquals(USUAL, guardrails(testId));
    }

    @Test
    void a_test_has_the_limits_that_it_was_created_with_and_the_usual_ones_beside() {
        String testId = created(named("own").put("guardrails", new JsonObject("""
                {"alpha": 0.05, "agreement": {"limit": 0.9, "minimum_samples": 500, "action": "roll_back"},
                 "error_rate_delta": {"action": "alert"}}""")));

        JsonObject expected = USUAL.copy()
                .put("alpha", 0.05)
                .put(
                        "agreement",
                        new JsonObject()
                                .put("limit", 0.9)
                                .put("minimum_samples", 500)
                                .put("action", "roll_back"))
                .put(
                        "error_rate_delta",
                        USUAL.getJsonObject("error_rate_delta").copy().put("action", "alert"));
        assertEquals(expected, guardrails(testId));
    }

    @Test
    void an_edit_changes_what_it_names() {
        String testId = createdSplit("edit", "constant_hold", "constant_buy", 0.1);

        JsonObject answer = ok(put(testId, "{\"agreement\": {\"limit\": 0.7}, \"alpha\": 0.02}", "*"));

        assertEquals(2, answer.getInteger("generation"));
        JsonObject expected = USUAL.copy().put("alpha", 0.02);
        expected.put("agreement", USUAL.getJsonObject("agreement").copy().put("limit", 0.7));
        assertEquals(expected, guardrails(testId));
        assertEquals(expected, answer.getJsonObject("guardrails"));
    }

    @Test
    void an_action_goes_back_to_what_the_mode_says() {
        String testId = created(
                named("by-mode").put("guardrails", new JsonObject("{\"agreement\": {\"action\": \"roll_back\"}}")));

        ok(put(testId, "{\"agreement\": {\"action\": \"by_mode\"}}", "*"));

        assertEquals(USUAL, guardrails(testId));
    }

    @Test
    void an_edit_is_an_event() {
        String testId = createdSplit("event", "constant_hold", "constant_buy", 0.1);

        ok(put(testId, "{\"agreement\": {\"limit\": 0.7}}", "*"));

        JsonObject event = Trail.event(testId, "guardrails_updated");
        assertEquals(0.85, limit(event.getJsonObject("from")));
        assertEquals(0.7, limit(event.getJsonObject("to")));
    }

    @Test
    void an_edit_that_changes_nothing_is_no_event() {
        String testId = createdSplit("same", "constant_hold", "constant_buy", 0.1);

        assertEquals(
                1, ok(put(testId, "{\"agreement\": {\"limit\": 0.85}}", "*")).getInteger("generation"));
    }

    @Test
    void an_edit_for_another_generation_is_a_conflict() {
        String testId = createdSplit("stale", "constant_hold", "constant_buy", 0.1);

        assertProblem(409, put(testId, "{\"alpha\": 0.02}", "\"7\""), "generation 1", "generation 7");
        assertEquals(USUAL, guardrails(testId));
    }

    @Test
    void an_edit_of_a_test_that_is_not_there_is_not_found() {
        assertProblem(404, put("nobody", "{\"alpha\": 0.02}", "*"), "nobody");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"alpha\": 0} | guardrails.alpha",
                "{\"alpha\": 0.51} | guardrails.alpha",
                "{\"alpha\": 1e-161} | guardrails.alpha: got 1.0E-161; allowed: a number from 1e-140 to 0.5",
                "{\"agreement\": {\"limit\": 1.01}} | guardrails.agreement.limit",
                "{\"agreement\": {\"limit\": -0.1}} | guardrails.agreement.limit",
                "{\"p95_latency_delta_ms\": {\"limit\": 60001}} | guardrails.p95_latency_delta_ms.limit",
                "{\"split_deviation\": {\"minimum_samples\": 0}} | guardrails.split_deviation.minimum_samples",
                "{\"agreement\": {\"action\": \"shrug\"}} | guardrails.agreement.action",
                "{\"agreement\": {\"limits\": 0.9}} | limits",
                "{\"agreements\": {}} | agreements",
                "{\"agreement\": {\"limit\": \"0.9\"}} | limit",
                "{\"agreement\": 0.9} | agreement",
                "[] | body",
                "'' | body"
            })
    void a_limit_that_makes_no_sense_is_refused_in_a_new_test_and_in_an_edit(String guardrails, String field) {
        String testId = createdSplit("bad", "constant_hold", "constant_buy", 0.1);

        assertProblem(400, put(testId, guardrails, "*"), field);
        if (guardrails.startsWith("{")) {
            assertProblem(400, createTest(named("bad").put("guardrails", new JsonObject(guardrails))), field);
        }
        assertEquals(USUAL, guardrails(testId));
    }

    private static JsonObject named(String what) {
        return explicitTest(newId(what), "constant_hold", "constant_buy");
    }

    private static JsonObject guardrails(String testId) {
        return test(testId).getJsonObject("guardrails");
    }

    private static double limit(JsonObject state) {
        return state.getJsonObject("guardrails").getJsonObject("agreement").getDouble("limit");
    }

    private static Response put(String testId, String body, String ifMatch) {
        return given().contentType("application/json")
                .header("If-Match", ifMatch)
                .body(body)
                .put(about(testId, "guardrails"));
    }
}
