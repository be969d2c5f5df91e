package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.flush;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the market made of predictions: how it is taken in, and the plan by which it is judged. */
@QuarkusTest
class OutcomesTest {

    private static final String OUTCOMES = "/api/v1/outcomes";
    private static final JsonObject PLAN = new JsonObject("""
            {"positions": {"HOLD": 0.0, "BUY": 1.0, "SELL": -1.0}, "cost": 0.0001, "clip": 0.05, "block": "P1D",
             "horizon": "P1D", "limit": -0.0005, "action": "alert", "promote": "not_worse", "alpha": 0.05}""");

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void an_outcome_is_taken_once_and_a_higher_revision_replaces_it() {
        String id = predictedIn(planned("once"));

        assertEquals(taken(1, 0, 0), send(outcome(id, 0.01)));
        assertEquals(taken(0, 1, 0), send(outcome(id, 0.02)));
        assertEquals(taken(1, 0, 0), send(outcome(id, 0.03).put("revision", 2)));
        assertEquals(taken(0, 1, 0), send(outcome(id, 0.04).put("revision", 1)));

        assertEquals(List.of("0.03 2 f"), stored(id));
    }

    @Test
    void the_same_key_several_times_in_a_batch_counts_as_if_sent_one_after_the_other() {
        String id = predictedIn(planned("batch"));

        assertEquals(
                taken(2, 2, 0),
                send(
                        outcome(id, 0.01).put("revision", 1),
                        outcome(id, 0.02),
                        outcome(id, 0.03).put("revision", 4),
                        outcome(id, 0.04).put("revision", 4)));

        assertEquals(List.of("0.03 4 f"), stored(id));
    }

    @Test
    void an_outcome_of_a_symbol_is_known_by_its_range() {
        String symbol = newId("S").substring(0, 6) + System.nanoTime() % 100_000_000;
        JsonObject day = range(symbol, "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z");

        assertEquals(taken(1, 0, 0), send(day));
        assertEquals(taken(0, 1, 0), send(day.copy().put("from", "2026-11-27T01:00:00+01:00")));
        assertEquals(taken(1, 0, 0), send(day.copy().put("to", "2026-11-28T00:00:01Z")));
        assertEquals(taken(1, 0, 0), send(day.copy().put("revision", 1).put("value", 0.5)));

        assertEquals(
                List.of("-0.0042 0", "0.5 1"),
                Rows.select(
                        "select value || ' ' || revision from ab_test_outcomes where symbol = ? order by value",
                        symbol.toUpperCase(Locale.ROOT)));
    }

    @Test
    void an_outcome_waits_for_its_prediction_and_no_longer() {
        String testId = planned("waits");
        String id = newId("later");

        assertEquals(taken(1, 0, 1), send(outcome(id, 0.01)));
        assertEquals(List.of("0.01 0 t"), stored(id));
        predicted(request(testId).put("request_id", id));
        flush(testId);

        assertEquals(List.of("0.01 0 f"), stored(id));
        assertEquals(taken(1, 0, 0), send(outcome(id, 0.02).put("revision", 1)));
    }

    @Test
    void good_items_are_taken_and_each_bad_one_is_named() {
        String id = predictedIn(planned("good"));
        String early = predictedIn(planned("early"));
        JsonObject range = range("SPX", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z");
        String items = String.join(
                ", ",
                "{\"request_id\": \"n\", \"value\": NaN}",
                "{\"request_id\": \"n\", \"value\": -Infinity}",
                "{\"request_id\": \"n\", \"value\": 1e999}",
                "{\"request_id\": \"n\", \"value\": 1000000.1}",
                "{\"request_id\": \"n\", \"value\": \"0.1\"}",
                "{\"request_id\": \"n\"}",
                range.copy().put("to", "2026-11-26T00:00:00Z").encode(),
                range.copy().put("to", "2026-11-27T00:00:00Z").encode(),
                range.copy().put("to", "2027-11-29T00:00:00Z").encode(),
                range.copy().put("observed_at", "2026-11-26T23:59:59Z").encode(),
                range.copy().put("request_id", "n").encode(),
                "{\"value\": 0.1}",
                "{\"symbol\": \"SPX\", \"value\": 0.1}",
                "7",
                "{\"request_id\": \"n\", \"value\": 0, \"price\": 3}",
                "{\"request_id\": \"n\", \"value\": 0, \"revision\": -1}",
                "{\"request_id\": \"n\", \"value\": 0, \"revision\": 1.5}",
                "{\"request_id\": \"n\", \"value\": 0, \"observed_at\": \"yesterday\"}",
                "{\"request_id\": \"\", \"value\": 0}",
                outcome(early, 0.1).put("observed_at", "2026-11-24T00:00:00Z").encode(),
                outcome(id, 0.01).encode());

        JsonObject answer = ok(post(OUTCOMES, "{\"outcomes\": [" + items + "]}"));

        assertEquals(1, answer.getInteger("accepted"));
        JsonArray rejected = answer.getJsonArray("rejected");
        assertEquals(
                IntStream.range(0, 20).boxed().toList(),
                rejected.stream()
                        .map(each -> ((JsonObject) each).getInteger("index"))
                        .toList());
        String[] words = {
            "value: got NaN",
            "value: got -Infinity",
            "value: got Infinity",
            "value: got 1000000.1",
            "value: got",
            "value: got nothing",
            "to: got",
            "to: got",
            "366 days",
            "observed_at: got",
            "both kinds",
            "neither kind",
            "from: got nothing",
            "item: got",
            "field: got \"price\"",
            "revision: got",
            "revision: got",
            "observed_at: got",
            "request_id: got",
            "observed_at: got a time before the prediction"
        };
        for (int i = 0; i < words.length; i++) {
            String detail = rejected.getJsonObject(i).getString("detail");
            String expected = "outcomes[" + i + "].";
            String word = words[i];
            assertTrue(detail.startsWith(expected) && detail.contains(word), () -> word + " in " + detail);
        }
        assertEquals(List.of("0.01 0 f"), stored(id));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | body: got",
                "`` | body: got nothing",
                "{} | outcomes: got nothing; allowed: a list",
                "{\"outcomes\": {}} | outcomes: got",
                "{\"outcomes\": [], \"more\": 1} | field: got \"more\"",
                "{\"outcomes\": [ | malformed JSON",
            })
    void a_body_that_is_no_list_of_outcomes_is_refused(String body, String detail) {
        assertProblem(400, post(OUTCOMES, body), detail);
    }

    @Test
    void a_thousand_outcomes_are_taken_and_one_more_is_refused() {
        JsonArray most = new JsonArray();
        String id = newId("many");
        IntStream.range(0, 1_000).forEach(i -> most.add(outcome(id + "-" + i, 0.001)));

        assertEquals(taken(1_000, 0, 1_000), ok(post(OUTCOMES, new JsonObject().put("outcomes", most))));
        assertEquals(taken(0, 1_000, 0), ok(post(OUTCOMES, new JsonObject().put("outcomes", most))));
        assertProblem(
                400,
                post(OUTCOMES, new JsonObject().put("outcomes", most.copy().add(outcome(id, 0)))),
                "outcomes: got \"1001 items\"");
        assertEquals(List.of(), stored(id));
    }

    @Test
    void outcomes_that_the_database_cannot_take_are_refused_with_503_and_can_be_sent_again() {
        String id = predictedIn(planned("away"));

        Rows.whileLocked("ab_test_outcomes", () -> {
            Response refused = post(OUTCOMES, new JsonObject().put("outcomes", new JsonArray().add(outcome(id, 0.01))));
            assertProblem(503, refused, "try this call again");
            assertEquals("1", refused.header("Retry-After"));
        });

        send(outcome(id, 0.01));
        assertEquals(taken(0, 1, 0), send(outcome(id, 0.01)));
        assertEquals(List.of("0.01 0 f"), stored(id));
    }

    @Test
    void a_test_has_the_plan_that_it_was_created_with() {
        String testId = planned("plan");

        assertEquals(PLAN, ok(get(about(testId, "outcome"))));
        assertEquals(PLAN, test(testId).getJsonObject("outcome"));
    }

    @Test
    void a_test_without_a_plan_says_so_and_can_be_given_one() {
        String testId = createdShadow("no-plan", "constant_hold", "constant_buy");
        assertNull(test(testId).getJsonObject("outcome"));
        assertProblem(404, get(about(testId, "outcome")), "no outcome plan", "PUT");

        JsonObject answer = ok(put(testId, """
                {"positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "cost": 0.0001, "clip": 0.05, "limit": -0.0005}"""));

        assertEquals(2, answer.getInteger("generation"));
        assertEquals(PLAN, answer.getJsonObject("outcome"));
        assertEquals(
                PLAN, Trail.event(testId, "outcome_updated").getJsonObject("to").getJsonObject("outcome"));
    }

    @Test
    void holidays_are_days_that_a_plan_keeps_in_order_and_without_repetition() {
        String testId = planned("holidays");

        ok(put(testId, "{\"holidays\": [\"2027-01-01\", \"2026-12-25\", \"2027-01-01\"]}"));
        JsonArray days = new JsonArray().add("2026-12-25").add("2027-01-01");

        assertEquals(PLAN.copy().put("holidays", days), ok(get(about(testId, "outcome"))));
        ok(put(testId, "{\"holidays\": []}"));
        assertEquals(PLAN, ok(get(about(testId, "outcome"))));
    }

    @Test
    void a_change_of_a_plan_changes_what_it_names_and_is_a_generation() {
        String testId = planned("change");

        JsonObject answer = ok(put(testId, "{\"limit\": -0.001, \"promote\": \"better\"}"));

        assertEquals(2, answer.getInteger("generation"));
        assertEquals(PLAN.copy().put("limit", -0.001).put("promote", "better"), answer.getJsonObject("outcome"));
        assertEquals(2, ok(put(testId, "{\"limit\": -0.001}")).getInteger("generation"));
    }

    @Test
    void evidence_begins_anew_with_other_positions_and_goes_on_with_another_limit() {
        String testId = planned("since");

        ok(put(testId, "{\"limit\": -0.001}"));
        ok(put(testId, "{\"block\": \"PT1H\"}"));
        ok(put(testId, "{\"action\": \"roll_back\"}"));
        ok(put(testId, "{\"promote\": \"better\", \"alpha\": 0.01, \"holidays\": [\"2026-12-25\"]}"));
        ok(put(testId, "{\"cost\": 0.0002}"));
        ok(put(testId, "{\"clip\": 0.04}"));
        ok(put(testId, "{\"horizon\": \"PT2H\"}"));
        ok(put(testId, "{\"positions\": {\"HOLD\": 0, \"BUY\": 2, \"SELL\": -1}}"));
        ok(put(testId, "{\"holidays\": []}"));

        assertEquals(
                List.of("1 1", "2 1", "3 3", "4 3", "5 3", "6 6", "7 7", "8 8", "9 9", "10 9"),
                Rows.select(
                        "select generation || ' ' || since from ab_test_outcome_plans where test_id = ? order by generation",
                        testId));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"positions\": {\"HOLD\": 0, \"BUY\": 1}} | outcome.positions: got \"nothing for SELL\"",
                "{\"positions\": {\"HOLD\": 0, \"BUY\": 1, \"SELL\": -1, \"SHORT\": 1}} | outcome.positions: got \"SHORT\"",
                "{\"positions\": {\"HOLD\": 0, \"BUY\": null, \"SELL\": -1}} | outcome.positions.BUY: got nothing",
                "{\"clip\": 0} | outcome.clip: got 0.0",
                "{\"clip\": -0.05} | outcome.clip: got -0.05",
                "{\"block\": \"PT59S\"} | outcome.block",
                "{\"block\": \"daily\"} | outcome.block: got \"daily\"",
                "{\"horizon\": \"-P1D\"} | outcome.horizon",
                "{\"cost\": -1} | outcome.cost",
                "{\"limit\": 0.0005} | outcome.limit: got 5.0E-4",
                "{\"action\": \"shrug\"} | outcome.action",
                "{\"promote\": \"yes\"} | outcome.promote: got \"yes\"",
                "{\"alpha\": 0} | outcome.alpha",
                "{\"clips\": 0.05} | clips",
                "{\"holidays\": [\"2026-12-25\", \"25 December\"]} | outcome.holidays[1]: got \"25 December\"",
                "{\"holidays\": [null]} | outcome.holidays[0]: got nothing",
                "{\"block\": \"PT1M\"} | outcome.horizon: got",
                "{\"clip\": 1000001} | outcome.clip",
                "{\"positions\": {\"HOLD\": 0, \"BUY\": 1000001, \"SELL\": -1}} | outcome.positions.BUY"
            })
    void a_plan_that_makes_no_sense_is_refused_in_a_new_test_and_in_a_change(String change, String detail) {
        JsonObject senseless = PLAN.copy().mergeIn(new JsonObject(change));
        assertProblem(
                400,
                createTest(explicitTest(newId("bad"), "constant_hold", "constant_buy")
                        .put("outcome", senseless)),
                detail);
        String testId = planned("bad-change");

        assertProblem(400, put(testId, change), detail);
        assertEquals(PLAN, test(testId).getJsonObject("outcome"));
    }

    @Test
    void a_first_plan_needs_positions_clip_and_limit() {
        String testId = createdShadow("first", "constant_hold", "constant_buy");

        assertProblem(400, put(testId, "{\"clip\": 1, \"limit\": 0}"), "outcome.positions: got nothing");
    }

    @Test
    void statistics_and_the_curve_show_what_both_models_earned() {
        String testId = planned("earned");
        String id = newId("asked");
        predicted(request(testId).put("request_id", id));
        predicted(request(testId).put("request_id", newId("no-outcome")));
        flush(testId);

        send(outcome(id, 0.01));

        JsonObject metrics = ok(get(about(testId, "stats"))).getJsonObject("metrics");
        JsonObject control = metrics.getJsonObject("control");
        JsonObject treatment = metrics.getJsonObject("treatment");
        JsonObject comparison = metrics.getJsonObject("comparison");
        assertEquals(
                List.of(1, 1), List.of(control.getInteger("outcome_count"), treatment.getInteger("outcome_count")));
        assertEquals(0.0, control.getDouble("mean_outcome"));
        // a position of 1, held for a return of 1%, and the cost of taking it
        assertEquals(0.0099, treatment.getDouble("mean_outcome"), 1e-12);
        assertNull(control.getDouble("hit_rate"));
        assertEquals(1.0, treatment.getDouble("hit_rate"));
        assertEquals(0.0099, comparison.getDouble("mean_outcome_delta"), 1e-12);
        assertEquals(0.5, comparison.getDouble("outcome_coverage"));

        JsonArray blocks = ok(get(about(testId, "outcomes"))).getJsonArray("blocks");
        assertEquals(1, blocks.size(), blocks::encode);
        JsonObject block = blocks.getJsonObject(0);
        assertEquals(0.0099, block.getDouble("delta"), 1e-12);
        assertEquals(1, block.getInteger("count"));
        assertEquals(false, block.getBoolean("closed"));
    }

    private static String planned(String what) {
        return created(explicitTest(newId(what), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put("outcome", PLAN));
    }

    /** The id of a request whose row is stored. */
    private static String predictedIn(String testId) {
        String id = newId("asked");
        predicted(request(testId).put("request_id", id));
        flush(testId);
        return id;
    }

    private static JsonObject outcome(String requestId, double value) {
        return new JsonObject()
                .put("request_id", requestId)
                .put("value", value)
                .put("observed_at", Instant.now().plus(1, ChronoUnit.MINUTES).toString());
    }

    private static JsonObject range(String symbol, String from, String to) {
        return new JsonObject()
                .put("symbol", symbol)
                .put("from", from)
                .put("to", to)
                .put("value", -0.0042);
    }

    private static JsonObject send(JsonObject... outcomes) {
        return ok(post(OUTCOMES, new JsonObject().put("outcomes", new JsonArray(List.of(outcomes)))));
    }

    private static JsonObject taken(int accepted, int duplicates, int waiting) {
        return new JsonObject()
                .put("accepted", accepted)
                .put("duplicates", duplicates)
                .put("waiting", waiting)
                .put("rejected", new JsonArray());
    }

    private static List<String> stored(String requestId) {
        return Rows.select(
                "select value || ' ' || revision || ' ' || waiting::text::varchar(1) from ab_test_outcomes where request_id = ?",
                requestId);
    }

    private static Response put(String testId, String body) {
        return given().contentType("application/json").body(body).put(about(testId, "outcome"));
    }
}
