package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs a second person. Ada creates the tests, Bob asks, Carol and Dave approve. */
@QuarkusTest
class ApprovalsTest {

    private static final String APPROVALS = "/api/v1/approvals";
    private static final String OVERRIDE = "{\"override\": \"a fault of control's\"}";
    private static final int ROWS = 6_000;

    @AfterEach
    void take_promotions_back() {
        // one that needs nobody's approval
        Rows.change("delete from ab_model_promotions");
        await().until(() -> okList(get("/api/v1/promotions")).isEmpty());
        Service.deleteTests();
    }

    @Test
    void a_promotion_waits_for_another_person_and_carries_both_names() {
        String testId = underFourEyes("promotion");

        Response answer = promote("bob", testId);

        assertEquals(202, answer.statusCode(), answer.asString());
        JsonObject asked = new JsonObject(answer.asString());
        assertEquals(APPROVALS + "/" + id(asked), answer.header("Location"));
        assertEquals("promote", asked.getString("what"));
        assertEquals("bob", asked.getString("requested_by"));
        assertEquals("pending", asked.getString("state"));
        assertEquals(1, asked.getInteger("generation"));
        assertEquals(86_400, seconds(asked));
        assertNull(test(testId).getJsonObject("promotion"));
        assertEquals(1, test(testId).getInteger("generation"));

        JsonObject approved = ok(approve("carol", asked));

        assertEquals("approved", approved.getString("state"));
        assertEquals("carol", approved.getString("decided_by"));
        JsonObject promotion = test(testId).getJsonObject("promotion");
        assertEquals("bob", promotion.getString("by"));
        assertEquals("carol", promotion.getString("approved_by"));
        assertEquals("a fault of control's", promotion.getString("override"));
        assertEquals(
                List.of("created", "approval_requested", "approval_granted", "promotion_overridden", "promoted"),
                Trail.actions(testId));
        JsonObject event = Trail.event(testId, "promoted");
        assertEquals("bob", event.getString("actor"));
        assertEquals("carol", event.getString("approved_by"));
        assertEquals(id(asked), event.getString("approval_id"));
        assertEquals("carol", Trail.event(testId, "approval_granted").getString("actor"));
        assertEquals(true, ok(get("/api/v1/audit/verify")).getBoolean("intact"));
    }

    @Test
    void a_second_name_that_is_changed_behind_the_services_back_is_noticed() {
        String testId = underFourEyes("tampered");
        ok(approve("carol", promoting("bob", testId)));
        String event = Trail.event(testId, "promoted").getString("event_id");

        Rows.change("update ab_test_events set approved_by = 'bob' where event_id = " + event);

        assertEquals(event, String.valueOf(ok(get("/api/v1/audit/verify")).getLong("first_broken")));
        Rows.change("update ab_test_events set approved_by = 'carol' where event_id = " + event);
        assertEquals(true, ok(get("/api/v1/audit/verify")).getBoolean("intact"));
    }

    @ParameterizedTest
    @CsvSource({"bob, asked for it", "ada, last to change"})
    void who_asked_and_who_changed_the_test_last_neither_approves_nor_rejects(String person, String why) {
        String testId = underFourEyes("own");
        JsonObject asked = promoting("bob", testId);

        assertProblem(403, approve(person, asked), person, why);
        assertProblem(403, reject(person, asked, "no"), person, why);

        assertEquals("pending", state(asked));
        assertNull(test(testId).getJsonObject("promotion"));
    }

    @Test
    void an_approval_counts_once() {
        String testId = underFourEyes("replay");
        JsonObject asked = promoting("bob", testId);
        ok(approve("carol", asked));

        assertProblem(409, approve("carol", asked), "is approved by carol", "nothing was done");
        assertProblem(409, approve("dave", asked), "is approved by carol");
        assertProblem(409, reject("dave", asked, "too late"), "is approved by carol");

        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void of_two_approvers_one_comes_first() {
        String testId = underFourEyes("race");
        JsonObject asked = promoting("bob", testId);

        List<Integer> answers = Stream.of("carol", "dave", "erin", "frank")
                .map(person -> CompletableFuture.supplyAsync(
                        () -> approve(person, asked).statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .sorted()
                .toList();

        assertEquals(List.of(200, 409, 409, 409), answers);
        assertEquals(
                1,
                Trail.actions(testId).stream()
                        .filter("approval_granted"::equals)
                        .count());
        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void what_has_changed_since_is_not_approved() {
        String testId = underFourEyes("stale");
        JsonObject asked = promoting("bob", testId);
        ok(by("erin")
                .contentType("application/json")
                .body("{\"traffic_split\": 0.2}")
                .post(about(testId, "update-split")));

        assertProblem(409, approve("carol", asked), "is stale", "has changed");

        assertEquals("stale", state(asked));
        assertNull(test(testId).getJsonObject("promotion"));
        assertEquals(id(asked), Trail.event(testId, "approval_stale").getString("approval_id"));
        JsonObject again = promoting("bob", testId);
        assertNotEquals(id(asked), id(again));
        assertProblem(403, approve("erin", again), "last to change");
        ok(approve("carol", again));
    }

    @Test
    void a_change_that_is_undone_is_a_change() {
        String testId = underFourEyes("undone");
        JsonObject asked = promoting("bob", testId);
        ok(by("erin").post(about(testId, "disable")));
        ok(by("erin").post(about(testId, "enable")));

        assertProblem(409, approve("carol", asked), "is stale");
    }

    @Test
    void another_version_of_a_model_makes_an_approval_stale() {
        String testId = underFourEyes("version");
        JsonObject asked = promoting("bob", testId);
        String digest = Rows.select("select digest from ab_model_versions where model = 'constant_sell'")
                .getFirst();
        String change = "update ab_model_versions set digest = '%s' where model = 'constant_sell'";

        Rows.change(change.formatted(digest.replaceAll("[0-9a-f]", "0")));
        try {
            assertProblem(409, approve("carol", asked), "is stale");
        } finally {
            Rows.change(change.formatted(digest));
        }
        assertNull(test(testId).getJsonObject("promotion"));
    }

    @Test
    void what_is_rejected_is_not_done() {
        String testId = underFourEyes("rejected");
        JsonObject asked = promoting("bob", testId);

        JsonObject rejected = ok(reject("carol", asked, "one calm week"));

        assertEquals("rejected", rejected.getString("state"));
        assertEquals("carol", rejected.getString("decided_by"));
        assertEquals("one calm week", rejected.getString("reason"));
        assertProblem(409, approve("dave", asked), "is rejected by carol");
        assertNull(test(testId).getJsonObject("promotion"));
        JsonObject event = Trail.event(testId, "approval_rejected");
        assertEquals("carol", event.getString("actor"));
        assertTrue(event.getString("reason").contains("one calm week"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"reason\": \" \"}", "{\"reason\": 1}"})
    void a_rejection_needs_a_reason(String body) {
        JsonObject asked = promoting("bob", underFourEyes("reason"));

        assertProblem(
                400,
                by("carol").contentType("application/json").body(body).post(APPROVALS + "/" + id(asked) + "/reject"),
                "reason");
    }

    @Test
    void an_approval_that_nobody_gave_in_time_expires() {
        String testId = underFourEyes("expired");
        JsonObject asked = promoting("bob", testId);
        Rows.change("update ab_approvals set expires_at = now() - interval '1 second' where approval_id = '" + id(asked)
                + "'");

        assertProblem(409, approve("carol", asked), "is expired");

        assertEquals("expired", state(asked));
        assertTrue(Trail.has(testId, "approval_expired"));
        assertEquals("pending", promoting("bob", testId).getString("state"));
    }

    @Test
    void one_that_expired_is_not_stale_when_it_is_asked_for_again() {
        String testId = underFourEyes("late");
        JsonObject asked = promoting("bob", testId);
        Rows.change("update ab_approvals set expires_at = now() - interval '1 second' where approval_id = '" + id(asked)
                + "'");

        assertNotEquals(id(asked), id(promoting("erin", testId)));

        assertEquals("expired", state(asked));
        JsonObject event = Trail.event(testId, "approval_expired");
        assertEquals(id(asked), event.getString("approval_id"));
        assertEquals("understudy", event.getString("actor"));
        assertFalse(Trail.has(testId, "approval_stale"));
    }

    @Test
    void a_test_that_awaits_a_second_person_needs_attention() {
        String testId = underFourEyes("attention");
        assertNull(Overview.of(testId).getString("attention"));

        JsonObject asked = promoting("bob", testId);
        // callers share an overview for a second
        await().until(() -> "approval".equals(Overview.of(testId).getString("attention")));

        ok(reject("carol", asked, "no"));
        await().until(() -> Overview.of(testId).getString("attention") == null);
    }

    @Test
    void asking_again_for_the_same_is_asking_once_and_for_something_else_replaces_it() {
        String testId = underFourEyes("again");
        JsonObject asked = promoting("bob", testId);

        assertEquals(id(asked), id(promoting("erin", testId)));
        JsonObject other = asked(by("bob")
                .contentType("application/json")
                .body("{\"override\": \"another reason\"}")
                .post(about(testId, "promote")));

        assertNotEquals(id(asked), id(other));
        assertProblem(409, approve("carol", asked), "is stale");
        ok(approve("carol", other));
        assertEquals("another reason", test(testId).getJsonObject("promotion").getString("override"));
    }

    @Test
    void without_the_verdict_nothing_can_be_asked_for() {
        String testId = underFourEyes("verdict");

        assertProblem(409, by("bob").post(about(testId, "promote")), "not promote", "override");

        assertFalse(Trail.has(testId, "approval_requested"));
    }

    @Test
    void a_verdict_that_is_lost_meanwhile_promotes_nothing_and_the_report_shows_what_was_asked_for() {
        String testId = Service.created(explicitTest(newId("lost"), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put("four_eyes", true)
                .put("guardrails", Observed.WIDE));
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));
        JsonObject asked = asked(by("bob").post(about(testId, "promote")));
        Observed.store(new Observed(testId, 1).shadow(2 * ROWS, 0));

        assertProblem(409, approve("carol", asked), "not promote", "still pending");

        JsonObject shown = ok(get(APPROVALS + "/" + id(asked)));
        assertEquals("pending", shown.getString("state"));
        assertEquals("promote", shown.getJsonObject("report").getString("verdict"));
        assertEquals(testId, shown.getJsonObject("report").getJsonObject("test").getString("test_id"));
        assertNull(test(testId).getJsonObject("promotion"));
    }

    @Test
    void taking_a_promotion_back_needs_another_person_too_also_of_a_deleted_test() {
        String testId = underFourEyes("back");
        ok(approve("carol", promoting("bob", testId)));
        assertEquals(204, by("bob").delete(Service.TESTS + "/" + testId).statusCode());

        JsonObject asked = asked(by("erin").delete(about(testId, "promote")));

        assertEquals("revert_promotion", asked.getString("what"));
        assertEquals(1, okList(get("/api/v1/promotions")).size());
        assertProblem(403, approve("bob", asked), "last to change");
        ok(approve("dave", asked));
        assertEquals(new JsonArray(), okList(get("/api/v1/promotions")));
        assertEquals("dave", Trail.event(testId, "promotion_reverted").getString("approved_by"));
    }

    @Test
    void a_ramp_waits_for_another_person_without_moving() {
        String testId = ramping();

        JsonObject asked = asked(by("bob").post(about(testId, "ramp/approve")));

        assertEquals("ramp_step", asked.getString("what"));
        assertEquals("awaiting_approval", ramp(testId).getString("state"));
        assertEquals(0.25, test(testId).getDouble("traffic_split"));
        assertProblem(403, approve("bob", asked), "asked for it");
        ok(approve("carol", asked));
        assertEquals("holding", ramp(testId).getString("state"));
        assertEquals(0.5, test(testId).getDouble("traffic_split"));
        JsonObject step = Trail.event(testId, "ramp_step");
        assertEquals("bob", step.getString("actor"));
        assertEquals("carol", step.getString("approved_by"));
    }

    @Test
    void a_ramp_that_is_paused_meanwhile_takes_no_step() {
        String testId = ramping();
        JsonObject asked = asked(by("bob").post(about(testId, "ramp/approve")));
        ok(by("erin").post(about(testId, "ramp/pause")));
        ok(by("erin").post(about(testId, "ramp/resume")));

        assertProblem(409, approve("carol", asked), "is stale");

        assertEquals(0.25, test(testId).getDouble("traffic_split"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"agreement\": {\"limit\": 0.4}}",
                "{\"error_rate_delta\": {\"limit\": 0.3}}",
                "{\"error_rate_delta\": {\"action\": \"alert\"}}",
                "{\"p95_latency_delta_ms\": {\"minimum_samples\": 10}}",
                "{\"alpha\": 0.001}"
            })
    void looser_limits_wait_for_another_person(String looser) {
        String testId = underFourEyes("looser");
        JsonObject before = test(testId).getJsonObject("guardrails");

        JsonObject asked = asked(limits("bob", testId, looser));

        assertEquals("loosen_guardrails", asked.getString("what"));
        assertEquals(before, test(testId).getJsonObject("guardrails"));
        ok(approve("carol", asked));
        JsonObject after = test(testId).getJsonObject("guardrails");
        assertEquals(before.copy().mergeIn(new JsonObject(looser), true), after);
        assertEquals("carol", Trail.event(testId, "guardrails_updated").getString("approved_by"));
    }

    @Test
    void a_report_that_cannot_be_made_keeps_no_one_from_asking() {
        String testId = underFourEyes("unreported");
        JsonObject asked;

        Rows.change("alter table ab_test_account rename to ab_test_account_away");
        try {
            asked = asked(limits("bob", testId, "{\"alpha\": 0.001}"));
        } finally {
            Rows.change("alter table ab_test_account_away rename to ab_test_account");
        }

        JsonObject report = ok(get(APPROVALS + "/" + id(asked))).getJsonObject("report");
        assertTrue(report.getString("problem").contains("could not be made"), report::encode);
        ok(approve("carol", asked));
    }

    @Test
    void stricter_limits_wait_for_nobody() {
        String testId = underFourEyes("stricter");

        ok(limits("bob", testId, "{\"agreement\": {\"limit\": 0.6, \"action\": \"roll_back\"}}"));

        assertEquals(
                0.6,
                test(testId)
                        .getJsonObject("guardrails")
                        .getJsonObject("agreement")
                        .getDouble("limit"));
        assertNull(Trail.event(testId, "guardrails_updated").getString("approved_by"));
    }

    @Test
    void a_looser_outcome_plan_waits_for_another_person_and_a_first_or_stricter_one_for_nobody() {
        String testId = underFourEyes("outcome");
        ok(plan(testId, """
                {"positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "clip": 0.05, "limit": -0.001, "action": "roll_back"}"""));
        ok(plan(testId, "{\"limit\": -0.0005}"));

        JsonObject asked = asked(plan(testId, "{\"action\": \"alert\"}"));

        assertEquals("loosen_outcome", asked.getString("what"));
        assertEquals("roll_back", test(testId).getJsonObject("outcome").getString("action"));
        ok(approve("carol", asked));
        assertEquals("alert", test(testId).getJsonObject("outcome").getString("action"));

        // a holiday takes its outcomes out of the figures
        assertEquals(
                "loosen_outcome",
                asked(plan(testId, "{\"holidays\": [\"2026-12-25\"]}")).getString("what"));
    }

    @Test
    void what_takes_a_treatment_out_of_use_waits_for_nobody() {
        String testId = underFourEyes("use");

        ok(by("bob").post(about(testId, "disable")));

        assertEquals(false, test(testId).getBoolean("enabled"));
    }

    @Test
    void a_test_that_is_not_under_four_eyes_is_promoted_by_one_person() {
        String testId = Service.created(explicitTest(newId("alone"), "constant_hold", "constant_sell"));

        assertEquals(false, test(testId).getBoolean("four_eyes"));
        ok(promote("ada", testId));

        assertEquals(List.of(), Rows.select("select 1 from ab_approvals where test_id = ?", testId));
        assertNull(test(testId).getJsonObject("promotion").getString("approved_by"));
    }

    @Test
    void approvals_are_listed_newest_first_by_their_state() {
        JsonObject first = asked(limits("bob", underFourEyes("listed"), "{\"alpha\": 0.01}"));
        JsonObject second = asked(limits("bob", underFourEyes("listed"), "{\"alpha\": 0.01}"));
        ok(reject("carol", first, "no"));

        List<String> pending = ids(APPROVALS + "?state=pending");
        assertTrue(pending.contains(id(second)) && !pending.contains(id(first)), pending.toString());
        assertEquals(List.of(id(second), id(first)), ids(APPROVALS + "?limit=2"));
        assertProblem(400, get(APPROVALS + "?state=open"), "state", "pending, approved");
        assertProblem(400, get(APPROVALS + "?limit=0"), "limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "00000000-0000-0000-0000-000000000001", "a'b"})
    void an_approval_that_does_not_exist_is_not_found(String unknown) {
        assertProblem(404, get(APPROVALS + "/" + unknown), "does not exist");
        assertProblem(404, by("carol").post(APPROVALS + "/" + unknown + "/approve"), "does not exist");
    }

    private static String underFourEyes(String what) {
        return created(
                by("ada"),
                explicitTest(newId(what), "constant_hold", "constant_sell")
                        .put("four_eyes", true)
                        .put("guardrails", Observed.WIDE));
    }

    private static String created(RequestSpecification person, JsonObject test) {
        Service.awaitSchema();
        Response created =
                person.contentType("application/json").body(test.encode()).post(Service.TESTS + "/create");
        assertEquals(201, created.statusCode(), created.asString());
        return test.getString("test_id");
    }

    /** A test whose ramp is at its first step of 25% and awaits approval of the next. */
    private static String ramping() {
        String testId = created(
                by("ada"),
                explicitTest(newId("ramp"), "constant_hold", "constant_buy")
                        .put("four_eyes", true)
                        .put("guardrails", Observed.WIDE)
                        .put("ramp", new JsonObject("""
                                {"steps": [0.25, 0.5], "hold_seconds": 0, "minimum_samples": 100, "approval": "approve",
                                 "rehearse": false}""")));
        Observed.store(new Observed(testId, 1).split(0.25, ROWS * 3 / 2, ROWS / 2, 0));
        await().until(() -> ramp(testId).getString("state").equals("awaiting_approval"));
        return testId;
    }

    private static JsonObject ramp(String testId) {
        return ok(get(about(testId, "ramp")));
    }

    private static RequestSpecification by(String person) {
        return given().header("X-Actor", person);
    }

    private static Response promote(String person, String testId) {
        return by(person).contentType("application/json").body(OVERRIDE).post(about(testId, "promote"));
    }

    private static JsonObject promoting(String person, String testId) {
        return asked(promote(person, testId));
    }

    private static JsonObject asked(Response answer) {
        assertEquals(202, answer.statusCode(), answer.asString());
        return new JsonObject(answer.asString());
    }

    private static Response limits(String person, String testId, String limits) {
        return by(person).contentType("application/json").body(limits).put(about(testId, "guardrails"));
    }

    private static Response plan(String testId, String plan) {
        return by("bob").contentType("application/json").body(plan).put(about(testId, "outcome"));
    }

    private static Response approve(String person, JsonObject asked) {
        return by(person).post(APPROVALS + "/" + id(asked) + "/approve");
    }

    private static Response reject(String person, JsonObject asked, String reason) {
        return by(person)
                .contentType("application/json")
                .body(new JsonObject().put("reason", reason).encode())
                .post(APPROVALS + "/" + id(asked) + "/reject");
    }

    private static String state(JsonObject asked) {
        return ok(get(APPROVALS + "/" + id(asked))).getString("state");
    }

    private static String id(JsonObject approval) {
        return approval.getString("approval_id");
    }

    private static List<String> ids(String path) {
        return okList(get(path)).stream()
                .map(approval -> id((JsonObject) approval))
                .toList();
    }

    private static long seconds(JsonObject asked) {
        return asked.getInstant("expires_at").getEpochSecond()
                - asked.getInstant("requested_at").getEpochSecond();
    }
}
