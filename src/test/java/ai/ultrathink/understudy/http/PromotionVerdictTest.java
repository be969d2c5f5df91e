package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the evidence has to say about a promotion. */
@QuarkusTest
class PromotionVerdictTest {

    private static final int ROWS = 6_000;

    private String testId = "";

    @BeforeEach
    void create_a_test() {
        testId = created(explicitTest(newId("verdict"), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put("guardrails", new JsonObject("""
                        {"alpha": 0.1, "confidence_delta": {"limit": 0.3}, "error_rate_delta": {"limit": 0.2},
                         "agreement": {"limit": 0.5}}""")));
    }

    @AfterEach
    void take_the_promotion_back() {
        delete(about(testId, "promote"));
        Service.deleteTests();
    }

    @Test
    void a_treatment_that_keeps_every_limit_is_promoted_and_the_evidence_is_kept() {
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));

        ok(post(about(testId, "promote")));

        JsonObject event = Trail.event(testId, "promoted");
        assertEquals(
                "promote",
                event.getJsonObject("evidence").getJsonObject("judgement").getString("verdict"));
        assertEquals(
                true,
                ok(get(about(testId, "events/" + event.getLong("event_id") + "/replay")))
                        .getBoolean("follows"));
        assertNull(test(testId).getJsonObject("promotion").getString("override"));
        assertFalse(Trail.has(testId, "promotion_overridden"));
    }

    @Test
    void a_reason_that_was_not_needed_overrides_nothing() {
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));

        ok(post(about(testId, "promote"), "{\"override\": \"to be sure\"}"));

        assertNull(test(testId).getJsonObject("promotion").getString("override"));
        assertFalse(Trail.has(testId, "promotion_overridden"));
    }

    @Test
    void a_treatment_that_disagrees_is_not_promoted_and_the_answer_says_why() {
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS / 4));

        assertProblem(409, post(about(testId, "promote")), "roll_back", "agreement 25%", "override");

        assertEquals(true, test(testId).getBoolean("enabled"));
        assertNull(test(testId).getJsonObject("promotion"));
    }

    @Test
    void the_verdict_of_this_moment_counts_and_not_that_of_an_earlier_one() {
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));
        assertEquals("promote", ok(get(about(testId, "report"))).getString("verdict"));

        Observed.store(new Observed(testId, 1).shadow(2 * ROWS, 0));

        assertProblem(409, post(about(testId, "promote")), "not promote", "agreement 33.33%");
    }

    @Test
    void limits_that_were_changed_since_are_those_that_count() {
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS * 9 / 10));
        ok(given().contentType("application/json")
                .body("{\"agreement\": {\"limit\": 0.95}}")
                .put(about(testId, "guardrails")));

        assertProblem(409, post(about(testId, "promote")), "agreement", "95%");
    }

    @Test
    void evidence_that_cannot_be_read_promotes_nothing_whatever_the_reason() {
        Observed.store(new Observed(testId, 1).shadow(ROWS, ROWS));
        AtomicReference<Response> asked = new AtomicReference<>();
        AtomicReference<Response> overridden = new AtomicReference<>();

        Rows.whileLocked("ab_test_account", () -> {
            asked.set(post(about(testId, "promote")));
            overridden.set(post(about(testId, "promote"), "{\"override\": \"in a hurry\"}"));
        });

        // what waited for the lock may have made the database look as if it were away
        await().until(() -> get(about(testId, "stats")).statusCode() == 200);
        assertNotNull(asked.get());
        assertProblem(503, asked.get());
        assertProblem(503, overridden.get());
        assertNull(test(testId).getJsonObject("promotion"));
    }
}
