package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.test;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a ramp is asked to do, before there is any evidence. */
@QuarkusTest
class RampPlanTest {

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_plan_that_names_nothing_is_the_usual_one_and_rehearses() {
        String testId = created(named("usual").put("ramp", new JsonObject()));

        assertEquals(
                new JsonObject()
                        .put("steps", new JsonArray("[0.05, 0.1, 0.25, 0.5, 1.0]"))
                        .put("hold_seconds", 3600)
                        .put("minimum_samples", 1000)
                        .put("approval", "auto")
                        .put("rehearse", true)
                        .putNull("rehearse_seconds"),
                ramp(testId).getJsonObject("plan"));
        assertEquals("rehearsing", ramp(testId).getString("state"));
        assertEquals("shadow", test(testId).getString("mode"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"rehearse\": false}",
                "{\"rehearse_seconds\": 0}",
                "{\"rehearse\": false, \"rehearse_seconds\": 0}",
                "{\"rehearse\": null, \"rehearse_seconds\": 0}"
            })
    void a_plan_may_do_without_a_rehearsal(String plan) {
        String testId = created(named("none").put("ramp", new JsonObject(plan)));

        assertEquals("holding", ramp(testId).getString("state"));
        assertEquals(0.05, ramp(testId).getDouble("traffic_split"));
        assertEquals("traffic_split", test(testId).getString("mode"));
        JsonObject shown = ramp(testId).getJsonObject("plan");
        assertEquals(false, shown.getBoolean("rehearse"));
        assertEquals(0, shown.getInteger("rehearse_seconds"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"rehearse\": true} |",
                "{} |",
                "{\"rehearse_seconds\": null} |",
                "{\"rehearse_seconds\": 7776000} | 7776000",
                "{\"rehearse\": true, \"rehearse_seconds\": 60} | 60"
            })
    void a_plan_may_rehearse_for_a_time_at_least(String plan, Integer seconds) {
        String testId = created(named("some").put("ramp", new JsonObject(plan)));

        assertEquals("rehearsing", ramp(testId).getString("state"));
        JsonObject shown = ramp(testId).getJsonObject("plan");
        assertEquals(true, shown.getBoolean("rehearse"));
        assertEquals(seconds, shown.getInteger("rehearse_seconds"));
    }

    @Test
    void a_test_that_is_to_split_the_traffic_rehearses_all_the_same() {
        String testId = created(named("split").put("mode", "traffic_split").put("ramp", new JsonObject()));

        assertEquals("shadow", test(testId).getString("mode"));
        assertEquals("rehearsing", ramp(testId).getString("state"));
    }

    @Test
    void a_ramp_on_a_running_split_rehearses_first() {
        String testId = createdSplit("running", "constant_hold", "constant_buy", 0.1);

        assertEquals(201, post(about(testId, "ramp"), new JsonObject()).statusCode());

        assertEquals("shadow", test(testId).getString("mode"));
    }

    @Test
    void each_step_may_say_how_long_it_lasts() {
        String steps = """
                [{"split": 0.05, "hold_seconds": 172800}, {"split": 0.1, "hold_seconds": 172800},
                 {"split": 0.25, "hold_seconds": 259200}, {"split": 0.5, "hold_seconds": 604800},
                 {"split": 1.0, "hold_seconds": 604800}]""";

        String testId = created(named("holds").put("ramp", new JsonObject().put("steps", new JsonArray(steps))));

        assertEquals(new JsonArray(steps), ramp(testId).getJsonObject("plan").getJsonArray("steps"));
    }

    @Test
    void steps_may_be_mixed_and_those_that_say_nothing_last_as_long_as_the_plan_says() {
        JsonArray steps = new JsonArray("[0.05, {\"split\": 0.25, \"hold_seconds\": 0}, {\"split\": 0.5}, 1]");

        String testId = created(
                named("mixed").put("ramp", new JsonObject().put("steps", steps).put("hold_seconds", 60)));

        assertEquals(new JsonArray("""
                        [{"split": 0.05, "hold_seconds": 60}, {"split": 0.25, "hold_seconds": 0},
                         {"split": 0.5, "hold_seconds": 60}, {"split": 1.0, "hold_seconds": 60}]"""), ramp(testId).getJsonObject("plan").getJsonArray("steps"));
    }

    @Test
    void objects_that_say_nothing_of_a_time_are_shown_as_numbers() {
        String testId = created(
                named("objects").put("ramp", new JsonObject("{\"steps\": [{\"split\": 0.5}, {\"split\": 1}]}")));

        assertEquals(
                new JsonArray("[0.5, 1.0]"), ramp(testId).getJsonObject("plan").getJsonArray("steps"));
    }

    @Test
    void a_step_with_a_time_of_its_own_waits_for_that() {
        String testId = created(named("long")
                .put(
                        "ramp",
                        new JsonObject(
                                "{\"steps\": [{\"split\": 0.5, \"hold_seconds\": 172800}, 1], \"rehearse\": false}")));

        assertTrue(
                ramp(testId).getJsonArray("waits_for").encode().contains("172800 s that step 1 of 2 (50%)"),
                () -> ramp(testId).encode());
    }

    @Test
    void a_plan_that_is_shown_may_be_given_again() {
        for (String plan :
                List.of("{}", "{\"rehearse\": false}", "{\"steps\": [{\"split\": 1, \"hold_seconds\": 9}]}")) {
            JsonObject shown = ramp(created(named("shown").put("ramp", new JsonObject(plan))))
                    .getJsonObject("plan");

            assertEquals(shown, ramp(created(named("again").put("ramp", shown))).getJsonObject("plan"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"steps\": []} | ramp.steps",
                "{\"steps\": [0.5, 0.25]} | ramp.steps",
                "{\"steps\": [0.25, 0.25]} | ramp.steps",
                "{\"steps\": [0]} | ramp.steps",
                "{\"steps\": [1.1]} | ramp.steps",
                "{\"steps\": [null]} | ramp.steps",
                "{\"steps\": [\"0.5\"]} | steps",
                "{\"steps\": [true]} | steps",
                "{\"steps\": [[0.5]]} | steps",
                "{\"steps\": 0.5} | steps",
                "{\"steps\": [{}]} | ramp.steps[0]",
                "{\"steps\": [0.1, {\"hold_seconds\": 5}]} | ramp.steps[1]",
                "{\"steps\": [{\"split\": \"0.5\"}]} | split",
                "{\"steps\": [{\"split\": 0.5, \"hold\": 5}]} | hold",
                "{\"steps\": [0.1, {\"split\": 0.5, \"hold_seconds\": -1}]} | ramp.steps[1].hold_seconds",
                "{\"steps\": [{\"split\": 0.5, \"hold_seconds\": 7776001}]} | ramp.steps[0].hold_seconds",
                "{\"steps\": [{\"split\": 0.5, \"hold_seconds\": 1.5}]} | hold_seconds",
                "{\"steps\": [{\"split\": 0.5}, {\"split\": 0.4}]} | ramp.steps",
                "{\"hold_seconds\": -1} | ramp.hold_seconds",
                "{\"hold_seconds\": 7776001} | ramp.hold_seconds",
                "{\"rehearse_seconds\": -1} | ramp.rehearse_seconds",
                "{\"rehearse_seconds\": 7776001} | ramp.rehearse_seconds",
                "{\"rehearse\": false, \"rehearse_seconds\": 60} | ramp.rehearse_seconds",
                "{\"rehearse\": \"no\"} | rehearse",
                "{\"rehearse\": 0} | rehearse",
                "{\"minimum_samples\": 0} | ramp.minimum_samples",
                "{\"approval\": \"maybe\"} | ramp.approval",
                "{\"stepz\": [0.1]} | stepz",
                "'' | body"
            })
    void a_plan_that_makes_no_sense_is_refused(String plan, String field) {
        String testId = createdSplit("bad", "constant_hold", "constant_buy", 0.1);

        assertProblem(400, post(about(testId, "ramp"), plan), field);
        if (!plan.isEmpty()) {
            assertProblem(400, createTest(named("bad").put("ramp", new JsonObject(plan))), field);
        }
        assertProblem(404, get(about(testId, "ramp")), "no ramp");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"steps\": [{\"split\": 0.5, \"hold_seconds\": 1e18}]} | steps[0].hold_seconds | from 0 to 7776000",
                "{\"hold_seconds\": 1e18} | hold_seconds | from 0 to 7776000",
                "{\"hold_seconds\": 100000000000000000000} | hold_seconds | from 0 to 7776000",
                "{\"hold_seconds\": []} | hold_seconds | from 0 to 7776000",
                "{\"rehearse_seconds\": 1.5} | rehearse_seconds | from 0 to 7776000",
                "{\"minimum_samples\": 1e18} | minimum_samples | from 1 to 1000000000"
            })
    void what_is_no_whole_number_is_refused_with_the_bounds(String plan, String field, String bounds) {
        String testId = createdSplit("bad", "constant_hold", "constant_buy", 0.1);

        assertProblem(400, post(about(testId, "ramp"), plan), field);
        assertProblem(400, post(about(testId, "ramp"), plan), "a whole number " + bounds);
    }

    @Test
    void what_contradicts_the_ramp_is_refused() {
        JsonObject rehearsing = new JsonObject().put("rehearse", true);
        JsonObject not = new JsonObject().put("rehearse", false);

        assertProblem(400, createTest(named("mode").put("mode", "shadow").put("ramp", not)), "mode", "rehearse");
        assertProblem(
                400,
                createTest(named("mode").put("mode", "traffic_split").put("ramp", rehearsing)),
                "mode",
                "rehearse");
        assertProblem(400, createTest(named("mode").put("mode", "disabled").put("ramp", rehearsing)), "mode");
    }

    @Test
    void a_shadow_has_no_split_to_change() {
        String testId = createdShadow("shadow", "constant_hold", "constant_buy");

        assertProblem(409, updateSplit(testId), "shadow", about(testId, "ramp"));

        assertEquals(1, test(testId).getInteger("generation"));
        assertEquals(
                201,
                post(about(testId, "ramp"), "{\"steps\": [0.05], \"rehearse\": false}")
                        .statusCode());
        ok(updateSplit(testId));
        assertEquals(0.3, test(testId).getDouble("traffic_split"));
    }

    @Test
    void a_rehearsal_has_no_split_to_change() {
        String testId = created(named("rehearsal").put("ramp", new JsonObject()));

        assertProblem(409, updateSplit(testId), "shadow", "rehearsal");

        assertEquals("rehearsing", ramp(testId).getString("state"));
    }

    @Test
    void a_test_in_mode_disabled_has_no_split_to_change() {
        String testId = created(named("disabled").put("mode", "disabled"));

        assertProblem(409, updateSplit(testId), "mode disabled", about(testId, "ramp"));
    }

    @Test
    void a_disabled_split_may_be_changed_for_the_time_when_it_is_enabled() {
        String testId = createdSplit("later", "constant_hold", "constant_buy", 0.1);
        ok(post(about(testId, "disable")));

        ok(updateSplit(testId));

        assertEquals(0.3, test(testId).getDouble("traffic_split"));
    }

    @Test
    void the_split_that_a_ramp_has_already_pauses_nothing() {
        String testId =
                created(named("same").put("ramp", new JsonObject("{\"steps\": [0.3, 1], \"rehearse\": false}")));

        ok(updateSplit(testId));

        assertEquals("holding", ramp(testId).getString("state"));
        assertEquals(1, test(testId).getInteger("generation"));
    }

    @Test
    void a_ramp_that_is_paused_waits_for_a_person_and_one_that_has_ended_for_nothing() {
        String testId = created(named("paused").put("ramp", new JsonObject()));

        assertTrue(ok(post(about(testId, "ramp/pause")))
                .getJsonArray("waits_for")
                .encode()
                .contains("ramp/resume"));
        assertEquals(new JsonArray(), ok(post(about(testId, "ramp/abort"))).getJsonArray("waits_for"));
    }

    private static Response updateSplit(String testId) {
        return post(about(testId, "update-split"), "{\"traffic_split\": 0.3}");
    }

    private static JsonObject named(String what) {
        return explicitTest(newId(what), "constant_hold", "constant_buy");
    }

    private static JsonObject ramp(String testId) {
        return ok(get(about(testId, "ramp")));
    }
}
