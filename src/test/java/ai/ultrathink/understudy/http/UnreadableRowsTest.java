package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row of ab_test_configs that makes no sense: that test alone is out of use, and is named. */
@QuarkusTest
class UnreadableRowsTest {

    @BeforeEach
    void let_rows_make_no_sense() {
        Rows.change("alter table ab_test_configs drop constraint ab_test_configs_mode_known,"
                + " drop constraint ab_test_configs_split_is_a_fraction,"
                + " drop constraint ab_test_configs_on_model_change_known");
    }

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
        Rows.change("update ab_test_configs set mode = 'disabled', traffic_split = 0, guardrails = null,"
                + " on_model_change = 'pause' where deleted_at is not null");
        Rows.change("alter table ab_test_configs"
                + " add constraint ab_test_configs_mode_known check (mode in ('traffic_split', 'shadow', 'disabled')),"
                + " add constraint ab_test_configs_split_is_a_fraction check (traffic_split >= 0 and traffic_split <= 1),"
                + " add constraint ab_test_configs_on_model_change_known"
                + " check (on_model_change in ('pause', 'continue', 'roll_back'))");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode = 'hidden' | mode: got",
                "traffic_split = 7 | traffic_split: got 7.0",
                "on_model_change = 'shrug' | on_model_change",
                "guardrails = '[]' | guardrails",
                "guardrails = '3' | guardrails",
                "guardrails = 'null' | guardrails",
                "guardrails = '{}' | guardrails",
                "guardrails = '{\"alpha\": \"much\"}' | guardrails",
                "guardrails = '{\"alpha\": 7}' | alpha",
                "guardrails = '{\"alpha\": 0.01, \"agreement\": {\"limit\": \"x\"}}' | guardrails",
                "guardrails = '{\"alpha\": 0.01, \"agreement\": 3}' | guardrails"
            })
    void the_test_is_out_of_use_and_says_why_and_everything_else_works(String nonsense, String problem) {
        String sound = createdSplit("sound", "constant_hold", "constant_buy", 1);
        String broken = createdSplit("broken", "constant_hold", "constant_sell", 1);

        Rows.change("update ab_test_configs set " + nonsense + " where test_id = '" + broken + "'");
        await().until(() -> test(broken).containsKey("problem"));

        assertTrue(test(broken).getString("problem").contains(problem), test(broken)::encode);
        // control answers, as if the test had not been named
        JsonObject answer = predicted(request(broken));
        assertEquals("HOLD", answer.getString("action"));
        assertNull(placement(answer));
        assertEquals("BUY", predicted(request(sound)).getString("action"));
        ok(post(about(sound, "update-split"), "{\"traffic_split\":0.0}"));
        assertEquals("HOLD", predicted(request(sound)).getString("action"));
        assertTrue(okList(get(TESTS + "/list")).stream()
                .map(JsonObject.class::cast)
                .anyMatch(test -> test.getString("test_id").equals(broken) && test.containsKey("problem")));
        assertTrue(get("/q/health/ready").asString().contains(broken));
        assertTrue(get("/q/metrics").asString().contains("understudy_catalog_unreadable 1.0"));
    }

    @Test
    void it_can_be_disabled_and_deleted_and_nothing_else() {
        String broken = createdSplit("broken", "constant_hold", "constant_sell", 1);
        Rows.change("update ab_test_configs set traffic_split = 7 where test_id = '" + broken + "'");

        assertProblem(409, post(about(broken, "update-split"), "{\"traffic_split\":0.1}"), "traffic_split: got 7.0");
        assertProblem(
                409, post(about(broken, "promote"), "{\"override\": \"it is mine\"}"), "cannot be read", "disable");
        ok(post(about(broken, "disable")));
        assertEquals(false, test(broken).getBoolean("enabled"));
        assertProblem(409, post(about(broken, "enable")), "cannot be read");
        assertEquals(
                "7",
                Rows.select("select traffic_split from ab_test_configs where test_id = ?", broken)
                        .getFirst());
        assertEquals(204, Service.delete(TESTS + "/" + broken).statusCode());
    }

    @Test
    void it_is_in_use_again_when_its_row_is_mended() {
        String broken = createdSplit("broken", "constant_hold", "constant_sell", 1);
        Rows.change("update ab_test_configs set mode = 'hidden' where test_id = '" + broken + "'");
        await().until(() -> test(broken).containsKey("problem"));

        Rows.change("update ab_test_configs set mode = 'traffic_split' where test_id = '" + broken + "'");

        await().until(() -> !test(broken).containsKey("problem"));
        assertEquals("SELL", predicted(request(broken)).getString("action"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plan = '{}'",
                "plan = '[]'",
                "plan = '{\"steps\": [0.1, 7], \"hold_seconds\": 1}'",
                "plan = jsonb_set(plan, '{hold_seconds}', '-5')",
                "state = '{\"state\": \"dancing\"}'",
                "state = jsonb_set(state, '{step}', '77')",
                "state = '[]'"
            })
    void a_ramp_that_cannot_be_read_stands_still_and_says_why_and_another_may_follow(String nonsense) {
        String testId = createdSplit("ramp", "constant_hold", "constant_buy", 1);
        JsonObject plan = new JsonObject("{\"steps\": [0.1, 0.5], \"hold_seconds\": 3600, \"rehearse\": false}");
        assertEquals(201, post(about(testId, "ramp"), plan).statusCode());

        Rows.change("update ab_test_ramps set " + nonsense + " where test_id = '" + testId + "'");

        JsonObject ramp = ok(get(about(testId, "ramp")));
        assertEquals("aborted", ramp.getString("state"));
        assertTrue(ramp.getString("reason").contains("cannot be read"), ramp::encode);
        assertProblem(409, post(about(testId, "ramp/pause")), "start another");
        ok(post(about(testId, "update-split"), "{\"traffic_split\":0.3}"));
        assertEquals(201, post(about(testId, "ramp"), plan).statusCode());
        assertEquals("holding", ok(get(about(testId, "ramp"))).getString("state"));
    }

    @Test
    void a_promotion_to_what_is_no_model_name_is_none() {
        Rows.change("insert into ab_model_promotions (model, serves, test_id) values ('constant_hold', '../etc', 'x')");
        try {
            String sound = createdSplit("sound", "constant_hold", "constant_buy", 0);

            assertEquals("HOLD", predicted(request(sound)).getString("action"));
        } finally {
            Rows.change("delete from ab_model_promotions where serves = '../etc'");
        }
    }
}
