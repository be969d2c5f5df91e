package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.outcome.Observation;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the service does by itself when a limit is crossed, with nobody looking. */
@QuarkusTest
class RollbackTest {

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_treatment_that_crosses_a_limit_is_taken_out_of_use() {
        String testId = rolledBack();

        assertEquals(false, test(testId).getBoolean("enabled"));
        assertEquals(2, test(testId).getInteger("generation"));
        assertEquals("HOLD", predicted(request(testId)).getString("action"));
    }

    @Test
    void the_overview_begins_with_what_needs_a_person() {
        String testId = rolledBack();
        String calm = createdSplit("calm", "constant_hold", "constant_buy", 0.25);
        await().until(() -> "roll_back".equals(Overview.of(testId).getString("verdict")));
        await().until(() -> Overview.of(calm).getInstant("evaluated_at") != null);
        await().until(() -> Overview.of(calm).getJsonObject("replicas").getInteger("at_generation") > 0);

        JsonObject shown = Overview.of(testId);
        assertEquals("rolled_back", shown.getString("attention"));
        assertEquals(false, shown.getBoolean("enabled"));
        assertEquals(2, shown.getInteger("generation"));
        assertEquals("breached", shown.getJsonObject("states").getString("error_rate_delta"));
        assertTrue(shown.getString("waits_for").contains("error"), shown::encode);
        assertEquals("rolled_back", shown.getJsonObject("last_event").getString("action"));
        assertEquals("guardrails", shown.getJsonObject("last_event").getString("actor"));
        JsonObject other = Overview.of(calm);
        assertNull(other.getValue("attention"));
        assertNull(other.getValue("ramp"));
        assertEquals(0.25, other.getDouble("traffic_split"));
        assertEquals(test(calm).getString("control_version"), other.getString("control_version"));
        assertEquals("insufficient_data", other.getString("verdict"));
        assertEquals(5, other.getJsonObject("states").size());
        assertTrue(other.getJsonObject("replicas").getInteger("alive") > 0, other::encode);
        assertEquals("created", other.getJsonObject("last_event").getString("action"));
        assertTrue(Overview.ids().indexOf(testId) < Overview.ids().indexOf(calm), () -> "" + Overview.ids());

        ok(post(about(testId, "enable")));
        ok(post(about(testId, "disable")));
        assertNull(Overview.of(testId).getValue("attention"));
    }

    @Test
    void an_overview_that_has_not_changed_is_not_sent_again() {
        String testId = createdSplit("unchanged", "constant_hold", "constant_buy", 0.25);
        await().until(() -> {
            String tag = Overview.get().header("ETag");
            return given().header("If-None-Match", tag).get("/api/v1/overview").statusCode() == 304;
        });
        String tag = Overview.get().header("ETag");

        ok(post(about(testId, "disable")));

        assertEquals(
                200,
                given().header("If-None-Match", tag).get("/api/v1/overview").statusCode());
    }

    @Test
    void the_event_of_a_rollback_says_who_and_why_and_carries_what_it_rested_on() {
        String testId = rolledBack();

        JsonObject event = Trail.event(testId, "rolled_back");

        assertEquals("guardrails", event.getString("actor"));
        assertFalse(event.getString("reason").isBlank());
        assertEquals(true, event.getJsonObject("from").getBoolean("enabled"));
        assertEquals(false, event.getJsonObject("to").getBoolean("enabled"));
        JsonObject evidence = event.getJsonObject("evidence");
        JsonObject judged = evidence.getJsonObject("case");
        assertEquals(testId, judged.getString("test_id"));
        assertEquals(1, judged.getInteger("generation"));
        assertEquals("traffic_split", judged.getString("mode"));
        assertEquals(0.01, judged.getJsonObject("guardrails").getDouble("alpha"));
        assertEquals("roll_back", evidence.getJsonObject("judgement").getString("verdict"));
    }

    @Test
    void a_rollback_follows_from_its_event_when_it_is_judged_again() {
        String testId = rolledBack();
        JsonObject event = Trail.event(testId, "rolled_back");

        JsonObject replay = replay(testId, event.getInteger("event_id"));

        assertEquals(true, replay.getBoolean("follows"), replay::encode);
        assertEquals(event.getInteger("event_id"), replay.getInteger("event_id"));
        assertEquals("roll_back", replay.getJsonObject("recomputed").getString("verdict"));
        assertEquals(replay.getJsonObject("recorded"), replay.getJsonObject("recomputed"));
    }

    @Test
    void a_rollback_can_be_judged_again_when_its_test_is_deleted() {
        String testId = rolledBack();
        int event = Trail.event(testId, "rolled_back").getInteger("event_id");

        Service.delete(Service.TESTS + "/" + testId);

        assertEquals(true, replay(testId, event).getBoolean("follows"));
    }

    @Test
    void evidence_that_was_tampered_with_does_not_follow() {
        String testId = rolledBack();
        int event = Trail.event(testId, "rolled_back").getInteger("event_id");
        String evidence = evidence(event);
        Rows.change("update ab_test_events set evidence = jsonb_set(evidence,"
                + " '{case,evidence,0,failures,errors}', '1') where event_id = " + event);

        JsonObject replay = replay(testId, event);
        restore(event, evidence);

        assertEquals(false, replay.getBoolean("follows"));
        assertFalse(replay.getJsonArray("differences").isEmpty());
        assertEquals("roll_back", replay.getJsonObject("recorded").getString("verdict"));
    }

    @Test
    void evidence_that_is_none_any_more_cannot_be_judged() {
        String testId = rolledBack();
        int event = Trail.event(testId, "rolled_back").getInteger("event_id");
        String evidence = evidence(event);
        Rows.change("update ab_test_events set evidence = '{\"case\": 7}' where event_id = " + event);

        Response replay = get(about(testId, "events/" + event + "/replay"));
        restore(event, evidence);

        assertProblem(409, replay, "evidence");
    }

    private static String evidence(int event) {
        return Rows.select("select evidence::text from ab_test_events where event_id = " + event)
                .getFirst();
    }

    /** The trail is a chain, and other tests verify it. */
    private static void restore(int event, String evidence) {
        Rows.change(
                "update ab_test_events set evidence = $evidence$" + evidence + "$evidence$ where event_id = " + event);
    }

    @Test
    void what_a_person_did_carries_no_evidence() {
        String testId = createdSplit("by-hand", "constant_hold", "constant_buy", 0.1);
        JsonObject event = Trail.event(testId, "created");

        assertNull(event.getValue("evidence"));
        assertProblem(
                409,
                get(about(testId, "events/" + event.getInteger("event_id") + "/replay")),
                "created",
                "no evidence");
    }

    @Test
    void an_event_that_is_not_there_is_not_found() {
        String testId = createdSplit("nothing", "constant_hold", "constant_buy", 0.1);
        int other = Trail.event(createdSplit("other", "constant_hold", "constant_buy", 0.1), "created")
                .getInteger("event_id");

        assertProblem(404, get(about(testId, "events/987654321/replay")), "987654321");
        assertProblem(404, get(about(testId, "events/x/replay")), "x");
        assertProblem(404, get(about(testId, "events/" + other + "/replay")));
    }

    @Test
    void a_shadow_that_crosses_a_limit_goes_on_and_says_so_once() {
        String testId = createdShadow("alert", "constant_hold", "constant_buy");

        store(new Observed(testId, 1).shadow(2_000, 1_000));

        await().until(() -> Trail.has(testId, "guardrail_breached"));
        // evidence that grows is looked at again
        store(new Observed(testId, 1).shadow(2_000, 1_000));
        String after = createdShadow("after", "constant_hold", "constant_buy");
        store(new Observed(after, 1).shadow(2_000, 1_000));
        await().until(() -> Trail.has(after, "guardrail_breached"));
        assertEquals(List.of("created", "guardrail_breached"), Trail.actions(testId));
        assertEquals(true, test(testId).getBoolean("enabled"));
        JsonObject event = Trail.event(testId, "guardrail_breached");
        assertEquals("agreement", event.getJsonObject("to").getString("guardrail"));
        assertEquals(true, replay(testId, event.getInteger("event_id")).getBoolean("follows"));
    }

    @Test
    void a_breach_is_in_the_way_of_a_promotion_until_a_person_clears_it() {
        String testId = createdShadow("remembered", "constant_hold", "constant_buy");
        store(new Observed(testId, 1).shadow(2_000, 1_000));
        await().until(() -> Trail.has(testId, "guardrail_breached"));

        // the spell is over, and the models agree on nearly all
        store(new Observed(testId, 1).shadow(3_000, 3_000));
        Response refused = post(about(testId, "promote"));
        assertProblem(409, refused, "agreement", "until a person clears it", "/guardrails/agreement/clear");

        Response cleared = given().contentType("application/json")
                .header("X-Actor", "ada")
                .body("{\"reason\": \"the feed repeated an hour\"}")
                .post(about(testId, "guardrails/agreement/clear"));

        assertEquals("guardrail_cleared", ok(cleared).getString("status"));
        JsonObject event = Trail.event(testId, "guardrail_cleared");
        assertEquals("ada", event.getString("actor"));
        assertEquals("agreement: the feed repeated an hour", event.getString("reason"));
        assertEquals(2, test(testId).getInteger("generation"));
        JsonObject report = ok(get(about(testId, "report")));
        assertFalse(report.encode().contains("guardrails/agreement/clear"), report::encode);
        assertFalse(report.getString("verdict").equals("roll_back"), report::encode);
    }

    @Test
    void a_breach_that_is_none_cannot_be_cleared() {
        String testId = createdShadow("sound", "constant_hold", "constant_buy");
        JsonObject reason = new JsonObject().put("reason", "none");

        assertProblem(409, post(about(testId, "guardrails/agreement/clear"), reason), "agreement", testId);
        assertProblem(404, post(about(testId, "guardrails/beauty/clear"), reason), "beauty", "error_rate_delta");
        assertProblem(404, post(Service.TESTS + "/unknown-test/guardrails/agreement/clear", reason), "unknown-test");
        assertProblem(400, post(about(testId, "guardrails/agreement/clear"), new JsonObject()), "reason");
        assertProblem(
                400, post(about(testId, "guardrails/agreement/clear"), new JsonObject().put("reason", " ")), "reason");
    }

    @Test
    void a_caller_who_chooses_unit_ids_ends_no_experiment() {
        String testId = createdSplit("chosen", "constant_hold", "constant_buy", 0.05);

        store(new Observed(testId, 1).split(0.05, 0, 123, 0));

        await().until(() -> Trail.has(testId, "guardrail_breached"));
        JsonObject event = Trail.event(testId, "guardrail_breached");
        assertTrue(event.getString("reason").contains("the callers' choice of unit ids"), event::encode);
        assertEquals(true, test(testId).getBoolean("enabled"));
        JsonObject report = ok(get(about(testId, "report")));
        assertFalse(report.getString("verdict").equals("roll_back"), report::encode);
    }

    @Test
    void a_guardrail_that_shall_alert_rolls_nothing_back() {
        String testId = created(explicitTest(newId("alert"), "constant_hold", "constant_buy")
                .put("traffic_split", 0.5)
                .put("guardrails", new JsonObject().put("error_rate_delta", new JsonObject().put("action", "alert"))));

        store(new Observed(testId, 1).split(0.5, 500, 500, 100));

        await().until(() -> Trail.has(testId, "guardrail_breached"));
        assertEquals(true, test(testId).getBoolean("enabled"));
    }

    @Test
    void a_limit_that_is_tightened_is_held_against_what_was_seen_before() {
        String testId = created(explicitTest(newId("tightened"), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put("guardrails", new JsonObject("{\"agreement\": {\"limit\": 0.2, \"action\": \"roll_back\"}}")));
        store(new Observed(testId, 1).shadow(2_000, 1_000));

        assertEquals(
                200,
                given().contentType("application/json")
                        .body("{\"agreement\": {\"limit\": 0.8}}")
                        .put(about(testId, "guardrails"))
                        .statusCode());

        await().until(() -> Trail.has(testId, "rolled_back"));
        assertTrue(Trail.event(testId, "rolled_back").getString("reason").contains("agreement"));
    }

    private String rolledBack() {
        String testId = createdSplit("breach", "constant_hold", "constant_buy", 0.5);
        store(new Observed(testId, 1).split(0.5, 500, 500, 100));
        await().atMost(Duration.ofSeconds(20)).until(() -> Trail.has(testId, "rolled_back"));
        await().until(() -> !test(testId).getBoolean("enabled"));
        return testId;
    }

    private void store(List<Observation> rows) {
        Observed.store(rows);
    }

    private static JsonObject replay(String testId, int event) {
        return ok(get(about(testId, "events/" + event + "/replay")));
    }
}
