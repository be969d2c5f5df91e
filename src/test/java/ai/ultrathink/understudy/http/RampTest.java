package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RampTest {

    private static final int ROWS = 7_000;

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_test_may_be_created_with_a_ramp_and_begins_with_its_first_step() {
        String testId = created(named("created").put("ramp", plan(3600)));

        JsonObject ramp = ramp(testId);
        assertEquals("holding", ramp.getString("state"));
        assertEquals(1, ramp.getInteger("step"));
        assertEquals(0.25, ramp.getDouble("traffic_split"));
        assertEquals(0.25, test(testId).getDouble("traffic_split"));
        assertEquals("traffic_split", test(testId).getString("mode"));
        assertEquals(List.of("created", "ramp_started"), Trail.actions(testId));
        await().until(() -> overviewWaitsFor(testId).startsWith("time: "));
        JsonObject overview = Overview.of(testId);
        assertEquals("holding", overview.getJsonObject("ramp").getString("state"));
        assertEquals(1, overview.getJsonObject("ramp").getInteger("step"));
        assertEquals(3, overview.getJsonObject("ramp").getInteger("steps"));
        assertEquals(null, overview.getValue("attention"));
    }

    private static String overviewWaitsFor(String testId) {
        return Overview.of(testId)
                .getJsonObject("ramp")
                .getJsonArray("waits_for")
                .getString(0);
    }

    @Test
    void a_ramp_starts_on_a_test_that_runs_already() {
        String testId = createdSplit("running", "constant_hold", "constant_buy", 0.1);

        Response answer = post(about(testId, "ramp"), plan(3600));

        assertEquals(201, answer.statusCode(), answer.asString());
        assertEquals("\"2\"", answer.header("ETag"));
        assertEquals(0.25, test(testId).getDouble("traffic_split"));
        assertEquals(List.of("created", "ramp_started"), Trail.actions(testId));
    }

    @Test
    void a_second_ramp_waits_for_the_end_of_the_first() {
        String testId = created(named("second").put("ramp", plan(3600)));

        assertProblem(409, post(about(testId, "ramp"), plan(1)), "holding", "abort");

        ok(post(about(testId, "ramp/abort")));
        ok(post(about(testId, "enable")));
        assertEquals(201, post(about(testId, "ramp"), plan(3600)).statusCode());
        assertEquals("holding", ramp(testId).getString("state"));
    }

    @Test
    void a_ramp_does_not_enable_what_somebody_disabled() {
        String testId = createdSplit("disabled", "constant_hold", "constant_buy", 0.1);
        ok(post(about(testId, "disable")));

        assertProblem(409, post(about(testId, "ramp"), plan(1)), "disabled");
    }

    @Test
    void a_ramp_is_paused_and_resumed_and_both_are_idempotent() {
        String testId = created(named("pause").put("ramp", plan(3600)));

        assertEquals("paused", ok(post(about(testId, "ramp/pause"))).getString("state"));
        assertEquals("paused", ok(post(about(testId, "ramp/pause"))).getString("state"));
        assertEquals("by unknown", ramp(testId).getString("reason"));
        await().until(() -> "ramp_paused".equals(Overview.of(testId).getString("attention")));
        assertEquals(ramp(testId).getJsonArray("waits_for").getString(0), overviewWaitsFor(testId));
        assertEquals("holding", ok(post(about(testId, "ramp/resume"))).getString("state"));
        assertEquals("holding", ok(post(about(testId, "ramp/resume"))).getString("state"));

        assertEquals(List.of("created", "ramp_started", "ramp_paused", "ramp_resumed"), Trail.actions(testId));
        assertEquals(1, test(testId).getInteger("generation"));
    }

    @Test
    void an_aborted_ramp_disables_its_test_and_goes_nowhere_from_there() {
        String testId = created(named("abort").put("ramp", plan(3600)));

        JsonObject aborted = ok(given().header("X-Actor", "ada").post(about(testId, "ramp/abort")));

        assertEquals("aborted", aborted.getString("state"));
        assertEquals("by ada", aborted.getString("reason"));
        assertEquals(false, test(testId).getBoolean("enabled"));
        assertEquals("aborted", ok(post(about(testId, "ramp/abort"))).getString("state"));
        assertProblem(409, post(about(testId, "ramp/resume")), "aborted");
        assertProblem(409, post(about(testId, "ramp/pause")), "aborted");
        assertEquals("ada", Trail.event(testId, "ramp_aborted").getString("actor"));
    }

    @Test
    void nothing_is_approved_that_does_not_await_it() {
        String testId = created(named("approve").put("ramp", plan(3600)));

        assertProblem(409, post(about(testId, "ramp/approve")), "holding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "approve", "abort"})
    void a_test_without_a_ramp_has_none_to_handle(String call) {
        String testId = createdSplit("none", "constant_hold", "constant_buy", 0.1);

        assertProblem(409, post(about(testId, "ramp/" + call)), "no ramp");
        assertProblem(404, post(about("nobody", "ramp/" + call)), "nobody");
    }

    @Test
    void a_change_for_another_generation_is_a_conflict() {
        String testId = created(named("stale").put("ramp", plan(3600)));

        for (String call : List.of("pause", "abort", "approve")) {
            assertProblem(409, given().header("If-Match", "\"9\"").post(about(testId, "ramp/" + call)), "generation 9");
        }
        assertEquals("holding", ramp(testId).getString("state"));
    }

    @Test
    void a_ramp_climbs_to_its_last_step_and_finishes_there() {
        String testId = created(wide("climb").put("ramp", plan(0)));

        keepsItsLimits(testId, 1, 0.25);
        keepsItsLimits(testId, 2, 0.5);
        keepsItsLimits(testId, 3, 1);

        await().until(() -> ramp(testId).getString("state").equals("finished"));
        assertEquals(
                List.of("created", "ramp_started", "ramp_step", "ramp_step", "ramp_finished"), Trail.actions(testId));
        assertEquals(1.0, test(testId).getDouble("traffic_split"));
        assertEquals(true, test(testId).getBoolean("enabled"));
        JsonObject step = Trail.event(testId, "ramp_step");
        assertEquals("ramp", step.getString("actor"));
        assertEquals(0.5, step.getJsonObject("from").getDouble("traffic_split"));
        assertEquals(3, step.getJsonObject("to").getJsonObject("ramp").getInteger("step"));
        assertEquals(
                true,
                ok(get(about(testId, "events/" + step.getInteger("event_id") + "/replay")))
                        .getBoolean("follows"));
    }

    @Test
    void a_rehearsal_leads_to_the_first_step() {
        String testId = created(
                wide("rehearse").put("ramp", plan(3600).put("rehearse", true).put("rehearse_seconds", 1)));

        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));

        awaitStep(testId, 1);
        assertEquals("traffic_split", test(testId).getString("mode"));
        assertEquals(0.25, test(testId).getDouble("traffic_split"));
    }

    @Test
    void a_rehearsal_without_a_time_leads_to_the_first_step_as_soon_as_agreement_is_shown() {
        JsonObject plan = plan(3600);
        plan.remove("rehearse");
        String testId = created(wide("until-shown").put("ramp", plan));
        assertEquals("shadow", test(testId).getString("mode"));

        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));

        awaitStep(testId, 1);
        assertEquals("traffic_split", test(testId).getString("mode"));
    }

    @Test
    void a_rehearsal_in_which_the_models_disagree_is_rolled_back_before_anybody_got_an_answer() {
        String testId = created(named("disagreeing").put("ramp", new JsonObject()));
        assertEquals("roll_back", action(testId, "agreement"));

        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS / 4));

        await().until(() -> ramp(testId).getString("state").equals("aborted"));
        assertEquals(List.of("created", "ramp_started", "rolled_back", "ramp_aborted"), Trail.actions(testId));
        assertTrue(ramp(testId).getString("reason").contains("agreement 2"));
        assertEquals(0, ramp(testId).getInteger("step"));
        assertEquals(false, test(testId).getBoolean("enabled"));
        assertProblem(409, post(about(testId, "promote")), "roll_back", "agreement 25%");
    }

    @Test
    void a_rehearsal_whose_guardrail_only_alerts_leads_nowhere_and_says_why() {
        JsonObject alerting = Observed.WIDE.copy();
        alerting.getJsonObject("agreement").put("action", "alert");
        String testId = created(named("alerting").put("guardrails", alerting).put("ramp", new JsonObject()));

        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS / 4));

        await().until(() -> Trail.has(testId, "guardrail_breached"));
        assertEquals("rehearsing", ramp(testId).getString("state"));
        assertTrue(waitsFor(testId).contains("agreement 25%"), () -> waitsFor(testId));
    }

    @Test
    void without_a_rehearsal_models_that_disagree_are_rolled_back_at_the_first_step() {
        String testId = created(wide("spoilt").put("ramp", plan(0)));

        Observed.store(new Observed(testId, 1).disagreeing(0.25, ROWS * 3 / 4, ROWS / 4));

        await().until(() -> ramp(testId).getString("state").equals("aborted"));
        assertEquals(1, ramp(testId).getInteger("step"));
        assertTrue(ramp(testId).getString("reason").contains("agreement 0%"));
        assertEquals(List.of("created", "ramp_started", "rolled_back", "ramp_aborted"), Trail.actions(testId));
    }

    @Test
    void without_a_rehearsal_and_without_pairs_no_step_is_taken_beyond_the_first() {
        String testId = created(wide("unpaired").put("ramp", plan(0)));

        Observed.store(new Observed(testId, 1).unpaired(0.25, ROWS * 3 / 4, ROWS / 4));

        await().until(() -> waitsFor(testId).lines().toList().size() == 1);
        assertTrue(waitsFor(testId).startsWith("agreement"), () -> waitsFor(testId));
        assertEquals(1, ramp(testId).getInteger("step"));
        assertProblem(409, post(about(testId, "promote")), "insufficient_data", "agreement");
    }

    @Test
    void at_full_traffic_agreement_is_still_asked_for_before_the_ramp_is_finished() {
        JsonObject last = plan(0).put("steps", new JsonArray("[1.0]"));
        String testId = created(wide("full").put("ramp", last));

        Observed.store(new Observed(testId, 1).unpaired(1, 0, ROWS));

        await().until(() -> waitsFor(testId).contains("agreement"));
        assertEquals("holding", ramp(testId).getString("state"));
    }

    @Test
    void a_ramp_says_what_it_waits_for() {
        String testId = created(wide("waits").put("ramp", plan(3600).put("approval", "approve")));
        Observed.store(new Observed(testId, 1).split(0.25, 60, 20, 0));

        String waits = waitsFor(testId);

        assertTrue(waits.contains(" s of the 3600 s that step 1 of 3 (25%) lasts at least"), waits);
        assertTrue(waits.contains("treatment has had 20 of 100 at this stage"), waits);
        assertTrue(waits.contains("split deviation"), waits);
        assertTrue(waits.contains("a person's approval"), waits);
    }

    @Test
    void a_ramp_whose_evidence_cannot_be_read_says_so() {
        String testId = created(named("unread").put("ramp", plan(3600)));
        AtomicReference<String> waits = new AtomicReference<>();

        Rows.whileLocked("ab_test_account", () -> waits.set(waitsFor(testId)));

        // what waited for the lock may have made the database look as if it were away
        await().until(() -> get(about(testId, "stats")).statusCode() == 200);
        assertTrue(waits.get().contains("cannot be read"), waits.get());
    }

    @Test
    void a_plan_of_the_first_edition_is_read_as_it_was_meant() {
        String none = created(named("old").put("ramp", new JsonObject()));
        String shadowed = created(named("old").put("ramp", new JsonObject()));
        String old =
                "update ab_test_ramps set plan = '{\"steps\": [0.25, 1], \"hold_seconds\": 60, \"minimum_samples\": 7,"
                        + " \"approval\": \"auto\", \"rehearse_seconds\": %d}' where test_id = '%s'";

        Rows.change(old.formatted(0, none));
        Rows.change(old.formatted(90, shadowed));

        assertEquals(new JsonObject("""
                        {"steps": [0.25, 1.0], "hold_seconds": 60, "minimum_samples": 7, "approval": "auto",
                         "rehearse": false, "rehearse_seconds": 0}"""), ramp(none).getJsonObject("plan"));
        assertEquals(true, ramp(shadowed).getJsonObject("plan").getBoolean("rehearse"));
        assertEquals(90, ramp(shadowed).getJsonObject("plan").getInteger("rehearse_seconds"));
    }

    @Test
    void a_ramp_that_awaits_approval_goes_on_when_it_is_given() {
        String testId = created(wide("approval").put("ramp", plan(0).put("approval", "approve")));
        keepsItsLimits(testId, 1, 0.25);
        await().until(() -> ramp(testId).getString("state").equals("awaiting_approval"));
        assertEquals(0.25, test(testId).getDouble("traffic_split"));
        await().until(() -> "approval".equals(Overview.of(testId).getString("attention")));
        assertEquals(ramp(testId).getJsonArray("waits_for").getString(0), overviewWaitsFor(testId));

        JsonObject approved = ok(given().header("X-Actor", "ada").post(about(testId, "ramp/approve")));

        assertEquals("holding", approved.getString("state"));
        assertEquals(2, approved.getInteger("step"));
        assertEquals(0.5, test(testId).getDouble("traffic_split"));
        assertEquals("ada", Trail.event(testId, "ramp_approved").getString("actor"));
    }

    @Test
    void an_approval_that_the_evidence_contradicts_is_refused() {
        JsonObject alerting = Observed.WIDE.copy();
        alerting.getJsonObject("error_rate_delta").put("action", "alert");
        String testId = created(
                named("contradicted").put("guardrails", alerting).put("ramp", plan(0).put("approval", "approve")));
        keepsItsLimits(testId, 1, 0.25);
        await().until(() -> ramp(testId).getString("state").equals("awaiting_approval"));

        Observed.store(new Observed(testId, 1).split(0.25, ROWS * 3 / 4, ROWS / 4, ROWS / 4));

        assertProblem(409, post(about(testId, "ramp/approve")), "limit is kept");
        assertEquals("awaiting_approval", ramp(testId).getString("state"));
    }

    @Test
    void a_test_that_is_changed_by_hand_pauses_its_ramp_which_takes_it_back_when_it_is_resumed() {
        String testId = created(named("by-hand").put("ramp", plan(3600)));

        ok(post(about(testId, "update-split"), "{\"traffic_split\": 0.3}"));

        assertEquals("paused", ramp(testId).getString("state"));
        assertEquals(List.of("created", "ramp_started", "split_updated", "ramp_paused"), Trail.actions(testId));
        assertTrue(ramp(testId).getString("reason").contains("manually"));
        assertEquals(0.3, test(testId).getDouble("traffic_split"));
        ok(post(about(testId, "ramp/resume")));
        assertEquals(0.25, test(testId).getDouble("traffic_split"));
    }

    @Test
    void a_test_that_is_disabled_by_hand_pauses_its_ramp_and_has_to_be_enabled_first() {
        String testId = created(named("disabled").put("ramp", plan(3600)));

        ok(post(about(testId, "disable")));

        await().until(() -> ramp(testId).getString("state").equals("paused"));
        assertProblem(409, post(about(testId, "ramp/resume")), "disabled");
        ok(post(about(testId, "enable")));
        assertEquals("holding", ok(post(about(testId, "ramp/resume"))).getString("state"));
    }

    @Test
    void a_rollback_ends_the_ramp_in_the_same_breath() {
        String testId = created(named("rollback").put("ramp", plan(0)));

        Observed.store(new Observed(testId, 1).split(0.25, 1_500, 500, 200));

        await().until(() -> ramp(testId).getString("state").equals("aborted"));
        assertEquals(List.of("created", "ramp_started", "rolled_back", "ramp_aborted"), Trail.actions(testId));
        assertTrue(ramp(testId).getString("reason").contains("rolled back"));
    }

    private static String action(String testId, String measure) {
        return ok(get(about(testId, "report"))).getJsonArray("guardrails").stream()
                .map(JsonObject.class::cast)
                .filter(guardrail -> guardrail.getString("measure").equals(measure))
                .map(guardrail -> guardrail.getString("action"))
                .findFirst()
                .orElseThrow();
    }

    private static String waitsFor(String testId) {
        return String.join(
                "\n",
                ramp(testId).getJsonArray("waits_for").stream()
                        .map(String::valueOf)
                        .toList());
    }

    /** Rows for the step that a ramp is in, enough to end it. */
    private void keepsItsLimits(String testId, int step, double split) {
        awaitStep(testId, step);
        int treatment = (int) (ROWS * split);
        Observed.store(
                new Observed(testId, test(testId).getLong("generation")).split(split, ROWS - treatment, treatment, 0));
    }

    private static void awaitStep(String testId, int step) {
        await().until(() -> ramp(testId).getInteger("step") == step);
    }

    private static JsonObject named(String what) {
        return explicitTest(newId(what), "constant_hold", "constant_buy");
    }

    private static JsonObject wide(String what) {
        return named(what).put("guardrails", Observed.WIDE);
    }

    private static JsonObject plan(int holdSeconds) {
        return new JsonObject()
                .put("steps", new JsonArray("[0.25, 0.5, 1.0]"))
                .put("hold_seconds", holdSeconds)
                .put("minimum_samples", 100)
                .put("rehearse", false);
    }

    private static JsonObject ramp(String testId) {
        return ok(get(about(testId, "ramp")));
    }
}
