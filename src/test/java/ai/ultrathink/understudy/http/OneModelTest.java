package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predict;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.provocation;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Metrics;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A/A tests: one model is control and treatment, under one name or two. */
@QuarkusTest
class OneModelTest {

    private static final String COPY = "constant_hold_again";
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private String promoted = "";

    @AfterEach
    void leave_everything_as_it_was() {
        if (!promoted.isEmpty()) {
            delete(about(promoted, "promote"));
        }
        Service.deleteTests();
        ModelsDirectory.remove(COPY);
        okList(post(MODELS + "/reload"));
    }

    @Test
    void the_same_name_twice_is_refused_unless_the_test_is_an_a_a_test() {
        assertProblem(
                400,
                createTest(explicitTest(newId("aa"), "constant_hold", "constant_hold")),
                "treatment_model",
                "\"aa\": true");

        assertEquals(true, test(created(sameName("constant_hold"))).getBoolean("aa"));
        assertEquals(
                false,
                test(createdSplit("ab", "constant_hold", "constant_buy", 0.5)).getBoolean("aa"));
    }

    @Test
    void in_a_shadow_the_model_is_asked_twice_and_agrees_with_itself() {
        String testId = created(sameName("constant_hold").put("mode", "shadow"));

        JsonObject answer = predicted(request(testId));

        assertEquals("control", placement(answer).getString("served_by"));
        await().atMost(WITHIN).until(() -> rows(testId).size() == 1);
        JsonObject row = rows(testId).getFirst();
        assertEquals(true, row.getBoolean("actions_match"));
        assertEquals(row.getString("control_model_digest"), row.getString("treatment_model_digest"));
        Metrics metrics = new Metrics(get("/q/metrics").asString());
        for (String role : List.of("control", "treatment")) {
            assertEquals(
                    1,
                    metrics.sum(
                            "understudy_model_latency_seconds_count",
                            "test=\"" + testId + "\"",
                            "role=\"" + role + "\""),
                    role);
        }
    }

    @Test
    void in_a_split_each_unit_is_answered_in_its_role() {
        String testId =
                created(sameName("constant_hold").put("traffic_split", 0.5).put("pairs", 1));

        for (int i = 0; i < 40; i++) {
            JsonObject placement = placement(predicted(request(testId).put("unit_id", "u-" + i)));
            assertEquals(placement.getString("assigned_group"), placement.getString("served_by"));
        }

        await().atMost(WITHIN).until(() -> rows(testId).size() == 40);
        assertEquals(
                2,
                rows(testId).stream()
                        .map(row -> row.getString("served_by"))
                        .distinct()
                        .count());
        assertTrue(rows(testId).stream().allMatch(row -> row.getBoolean("actions_match")));
        assertEquals(40, ok(get(about(testId, "stats"))).getInteger("total_samples"));
    }

    @Test
    void the_guard_keeps_requests_from_the_treatment_and_never_from_control() {
        String testId = created(sameName("throws_later").put("traffic_split", 1).put("pairs", 0));
        for (int i = 0; i < 5; i++) {
            assertEquals(503, predict(provocation(testId)).statusCode());
        }

        JsonObject placement = placement(predicted(request(testId)));

        assertEquals("guard_open", placement.getString("fallback"));
        assertEquals("control", placement.getString("served_by"));
    }

    @Test
    void two_names_for_one_network_need_no_flag_and_their_versions_are_equal() {
        copy();
        String testId = createdSplit("copy", "constant_hold", COPY, 1, 1);

        assertEquals("HOLD", predicted(request(testId)).getString("action"));

        await().atMost(WITHIN).until(() -> rows(testId).size() == 1);
        JsonObject row = rows(testId).getFirst();
        assertEquals(COPY, row.getString("treatment_model"));
        assertEquals(row.getString("control_model_digest"), row.getString("treatment_model_digest"));
        assertEquals(true, row.getBoolean("actions_match"));
    }

    @Test
    void of_one_name_there_is_nothing_to_promote_whatever_the_reason() {
        String testId = created(sameName("constant_hold"));

        assertProblem(409, promote(testId), "nothing to promote", "constant_hold");

        assertEquals(true, test(testId).getBoolean("enabled"));
    }

    @Test
    void of_two_names_the_second_may_be_promoted() {
        copy();
        String testId = created(explicitTest(newId("aa"), "constant_hold", COPY).put("aa", true));

        promoted = testId;
        ok(promote(testId));

        assertEquals(COPY, test(testId).getJsonObject("promotion").getString("serves"));
        created(explicitTest(newId("aa"), "constant_hold", COPY).put("aa", true));
    }

    @Test
    void a_promotion_that_would_make_two_models_of_one_is_refused_while_the_test_runs() {
        String aa = created(sameName("constant_hold"));
        String ab = createdSplit("ab", "constant_hold", "constant_buy", 0.5);
        assertProblem(409, promote(ab), aa, "disable");
        ok(post(about(aa, "disable")));

        promoted = ab;
        ok(promote(ab));

        assertProblem(409, post(about(aa, "enable")), "A/A", "constant_buy", ab);
        assertProblem(400, createTest(sameName("constant_hold")), "treatment_model", "constant_buy");
    }

    @Test
    void a_ramp_leads_an_a_a_test_as_it_leads_any() {
        String testId = created(explicitTest(newId("aa"), "constant_hold", "constant_hold")
                .put("aa", true)
                .put("ramp", new JsonObject()));

        ok(post(about(testId, "ramp/pause")));
        ok(post(about(testId, "ramp/resume")));

        assertEquals("rehearsing", ok(get(about(testId, "ramp"))).getString("state"));
        assertEquals(200, get("/q/health/ready").statusCode());
    }

    private static JsonObject sameName(String model) {
        return explicitTest(newId("aa"), model, model).put("aa", true);
    }

    private static Response promote(String testId) {
        return post(about(testId, "promote"), "{\"override\": \"a test of the service\"}");
    }

    private static void copy() {
        ModelsDirectory.putAsItIs(COPY, "constant_hold");
        okList(post(MODELS + "/reload"));
    }
}
