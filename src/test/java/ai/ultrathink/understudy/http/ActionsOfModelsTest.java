package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.onlyRow;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.inference.ScriptedModel;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models that advise five actions: each model in the order of its own output, compared by name. */
@QuarkusTest
class ActionsOfModelsTest {

    private static final String CONTROL = "five";
    private static final String TREATMENT = "five_v2";
    private static final List<String> FIVE = List.of("STRONG_SELL", "SELL", "HOLD", "BUY", "STRONG_BUY");
    private static final List<String> OTHER_ORDER = List.of("STRONG_SELL", "HOLD", "SELL", "BUY", "STRONG_BUY");
    private static final List<String> SHOWN = List.of("HOLD", "BUY", "SELL", "STRONG_BUY", "STRONG_SELL");
    private static final List<String> FOUR = FIVE.subList(0, 4);

    @BeforeEach
    void two_models() throws IOException {
        write(CONTROL, "1", FIVE);
        write(TREATMENT, "1", OTHER_ORDER);
        reload();
    }

    @AfterEach
    void leave_everything_as_it_was() {
        Service.deleteTests();
        ModelsDirectory.remove(CONTROL);
        ModelsDirectory.remove(TREATMENT);
        reload();
    }

    @Test
    void a_model_lists_its_actions_and_answers_with_all_of_them() {
        assertEquals(FIVE, listed(CONTROL).getJsonArray("actions").getList());

        JsonObject answer = predicted(of(0).put("model", CONTROL));

        assertEquals("STRONG_SELL", answer.getString("action"));
        assertEquals(
                SHOWN, List.copyOf(answer.getJsonObject("action_probabilities").fieldNames()));
        double sum = Math.exp(3) + 4;
        assertEquals(Math.exp(3) / sum, answer.getDouble("confidence"), 1e-6);
        assertEquals(1 / sum, answer.getJsonObject("action_probabilities").getDouble("STRONG_BUY"), 1e-6);
    }

    @Test
    void rows_the_matrix_and_disagreements_have_the_names() {
        String testId = created(explicitTest(newId("five"), CONTROL, TREATMENT).put("mode", "shadow"));
        predicted(of(0).put("test_id", testId));
        predicted(of(1).put("test_id", testId));
        predicted(of(1).put("test_id", testId));
        Service.flush(testId);

        JsonObject table = ok(get(about(testId, "actions")));

        assertEquals(SHOWN, List.copyOf(table.getJsonObject("matrix").fieldNames()));
        assertEquals(
                1, table.getJsonObject("matrix").getJsonObject("STRONG_SELL").getInteger("STRONG_SELL"));
        assertEquals(2, table.getJsonObject("matrix").getJsonObject("SELL").getInteger("HOLD"));
        assertEquals(2, table.getJsonObject("control").getInteger("SELL"));
        assertEquals(0, table.getJsonObject("treatment").getInteger("STRONG_BUY"));
        JsonArray differing = ok(get(about(testId, "disagreements"))).getJsonArray("disagreements");
        assertEquals(2, differing.size());
        assertEquals("SELL", differing.getJsonObject(0).getString("control_action"));
        assertEquals("HOLD", differing.getJsonObject(0).getString("treatment_action"));
        assertEquals(
                1.0 / 3,
                ok(get(about(testId, "stats")))
                        .getJsonObject("metrics")
                        .getJsonObject("comparison")
                        .getDouble("agreement_rate"),
                1e-9);
        assertEquals(
                List.of("STRONG_SELL null"),
                Rows.select(
                        "select distinct control_action || ' ' || coalesce(control_action_name, 'null') from ab_test_results"
                                + " where test_id = ? and actions_match",
                        testId));
    }

    @Test
    void a_test_of_models_with_other_actions_is_refused() throws IOException {
        write(TREATMENT, "2", FOUR);
        reload();

        assertProblem(
                400,
                createTest(explicitTest(newId("sets"), CONTROL, TREATMENT)),
                "treatment_model",
                "advises HOLD, BUY, SELL, STRONG_BUY, STRONG_SELL",
                "advises HOLD, BUY, SELL, STRONG_SELL");
    }

    @Test
    void an_outcome_plan_needs_a_position_for_each_action_of_the_models() {
        JsonObject plan = new JsonObject()
                .put("clip", 0.05)
                .put("limit", -0.001)
                .put("block", "PT1M")
                .put("horizon", "PT0S");
        JsonObject usual = new JsonObject().put("HOLD", 0).put("BUY", 1).put("SELL", -1);
        JsonObject five = usual.copy().put("STRONG_BUY", 2).put("STRONG_SELL", -2);

        assertProblem(
                400,
                createTest(explicitTest(newId("plan"), CONTROL, TREATMENT)
                        .put("outcome", plan.copy().put("positions", usual))),
                "outcome.positions",
                "nothing for STRONG_BUY",
                "BUY, HOLD, SELL, STRONG_BUY, STRONG_SELL");
        assertProblem(
                400,
                createTest(explicitTest(newId("plan"), "constant_hold", "constant_buy")
                        .put("outcome", plan.copy().put("positions", five))),
                "outcome.positions",
                "STRONG_");

        String testId = created(explicitTest(newId("plan"), CONTROL, TREATMENT)
                .put("mode", "shadow")
                .put("outcome", plan.copy().put("positions", five)));
        assertProblem(
                400, put(about(testId, "outcome"), new JsonObject().put("positions", usual)), "outcome.positions");
        predicted(of(0).put("test_id", testId));
        predicted(of(1).put("test_id", testId));
        Service.flush(testId);

        assertEquals(
                List.of("-1 0", "-2 -2"),
                Rows.select(
                        "select control_position || ' ' || treatment_position from ab_test_outcome_decisions where test_id = ?"
                                + " order by 1",
                        testId));
    }

    @Test
    void a_reload_with_other_actions_is_refused_while_a_test_runs_and_the_earlier_version_serves_on()
            throws IOException {
        String testId =
                created(explicitTest(newId("reload"), CONTROL, TREATMENT).put("mode", "shadow"));
        write(TREATMENT, "2", FOUR);
        reload();

        JsonObject refused = listed(TREATMENT);
        assertEquals("stale", refused.getString("state"));
        assertEquals("1", refused.getString("version"));
        assertEquals(
                "model.json: actions: got HOLD, BUY, SELL, STRONG_SELL; allowed: HOLD, BUY, SELL, STRONG_BUY, STRONG_SELL,"
                        + " because test " + testId + " runs with them; disable it first",
                refused.getString("reason"));
        predicted(of(0).put("test_id", testId));
        assertNull(onlyRow(testId).getString("treatment_error"));

        ok(post(about(testId, "disable")));
        reload();

        assertEquals("2", listed(TREATMENT).getString("version"));
        assertProblem(409, post(about(testId, "enable")), "must advise the same");
    }

    @Test
    void a_version_with_the_same_actions_in_another_order_takes_over() throws IOException {
        String testId = created(explicitTest(newId("order"), CONTROL, TREATMENT)
                .put("mode", "shadow")
                .put("on_model_change", "continue"));
        write(TREATMENT, "2", FIVE);
        reload();

        predicted(of(1).put("test_id", testId));

        assertTrue(onlyRow(testId).getBoolean("actions_match"));
        assertEquals("2", listed(TREATMENT).getString("version"));
    }

    /** Of the first five features this one is the highest. */
    private static JsonObject of(int place) {
        List<Double> features = new ArrayList<>(Collections.nCopies(43, 0.0));
        features.set(place, 3.0);
        return request().put("features", new JsonArray(features));
    }

    private static void write(String model, String version, List<String> actions) throws IOException {
        ScriptedModel.write(
                ModelsDirectory.PATH.resolve(model),
                version,
                43,
                actions,
                "return torch.softmax(torch.slice(x, 1, 0, " + actions.size() + "), 1)");
    }

    private static JsonObject listed(String model) {
        return okList(get(MODELS)).stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("name").equals(model))
                .findFirst()
                .orElseThrow();
    }

    private static Response put(String path, JsonObject body) {
        return RestAssured.given()
                .contentType("application/json")
                .body(body.encode())
                .put(path);
    }

    private static void reload() {
        okList(post(MODELS + "/reload"));
    }
}
