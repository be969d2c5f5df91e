package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class PromotionTest {

    private String testId = "";

    @BeforeEach
    void create_a_test() {
        testId = createdSplit("promotion", "constant_hold", "constant_sell", 0.1);
    }

    @AfterEach
    void take_the_promotion_back() {
        delete(about(testId, "promote"));
        Service.deleteTests();
    }

    @Test
    void after_a_promotion_the_control_models_name_answers_with_the_treatment() {
        assertEquals("HOLD", held().getString("action"));

        JsonObject promoted = ok(overridden(testId));

        assertEquals(new JsonObject().put("test_id", testId).put("status", "promoted"), promoted);
        assertEquals("SELL", held().getString("action"));
        assertEquals("constant_sell", held().getJsonObject("metadata").getString("model"));
    }

    @Test
    void a_promotion_ends_its_test() {
        ok(overridden(testId));

        assertEquals(false, test(testId).getBoolean("enabled"));
        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void a_promotion_is_stored() {
        ok(overridden(testId));

        assertEquals(
                List.of("constant_sell"),
                Rows.select("select serves from ab_model_promotions where model = 'constant_hold'"));
    }

    @Test
    void a_promotion_is_audited() {
        ok(overridden(testId));
        ok(delete(about(testId, "promote")));

        assertEquals(
                List.of("promotion_reverted", "promoted", "promotion_overridden", "created"),
                okList(get(about(testId, "events"))).stream()
                        .map(event -> ((JsonObject) event).getString("action"))
                        .toList());
    }

    @Test
    void promoting_twice_changes_nothing_the_second_time() {
        ok(overridden(testId));
        ok(overridden(testId));

        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void a_promotion_taken_back_leaves_the_control_model_to_answer() {
        ok(overridden(testId));

        ok(delete(about(testId, "promote")));

        assertEquals("HOLD", held().getString("action"));
        assertEquals(List.of(), Rows.select("select model from ab_model_promotions"));
        assertEquals(false, test(testId).getBoolean("enabled"));
    }

    @Test
    void a_treatment_that_is_not_loaded_is_not_promoted() {
        String broken = createdSplit("broken", "constant_hold", "corrupt", 0.1);

        assertProblem(409, overridden(broken), "corrupt");
        assertEquals("HOLD", held().getString("action"));
    }

    @Test
    void a_promotion_can_be_taken_back_after_its_test_was_deleted() {
        // a control of its own, because what cannot be taken back would be in the way of others
        String deleted = createdSplit("deleted", "wrong_shape_later", "constant_sell", 0.1);
        ok(overridden(deleted));
        // whether or not that is allowed
        delete(Service.TESTS + "/" + deleted);

        ok(delete(about(deleted, "promote")));

        assertEquals(
                "wrong_shape_later",
                predicted(request().put("model", "wrong_shape_later"))
                        .getJsonObject("metadata")
                        .getString("model"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "", "{}", "null", "{\"override\": null}"})
    void without_evidence_and_without_a_reason_nothing_is_promoted(String body) {
        Response refused =
                body.equals("nothing") ? post(about(testId, "promote")) : post(about(testId, "promote"), body);

        assertProblem(409, refused, "insufficient_data", "no answers of the smaller arm", "override");
        assertEquals("HOLD", held().getString("action"));
        assertEquals(1, test(testId).getInteger("generation"));
        assertEquals(List.of("created"), Trail.actions(testId));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"override\": \"\"}",
                "{\"override\": \"  \"}",
                "{\"override\": 7}",
                "{\"override\": true}",
                "{\"override\": \"a\\u0000b\"}",
                "{\"overwrite\": \"because\"}",
                "[]",
                "{\"override\": \"because\"} {}"
            })
    void a_reason_that_is_none_is_refused(String body) {
        assertProblem(400, post(about(testId, "promote"), body));
        assertEquals("HOLD", held().getString("action"));
    }

    @Test
    void a_reason_of_another_type_than_json_is_refused() {
        assertProblem(
                415,
                given().contentType("application/x-www-form-urlencoded")
                        .body("override=because")
                        .post(about(testId, "promote")),
                "application/json");
        assertEquals("HOLD", held().getString("action"));
    }

    @Test
    void a_reason_may_have_five_hundred_characters_and_no_more() {
        assertProblem(400, override(testId, "\uD83D\uDE80".repeat(501)), "override", "500");

        ok(override(testId, "\uD83D\uDE80".repeat(500)));

        assertEquals(
                "\uD83D\uDE80".repeat(500),
                test(testId).getJsonObject("promotion").getString("override"));
    }

    @Test
    void an_override_is_shown_wherever_the_promotion_is() {
        ok(given().contentType("application/json")
                .header("X-Actor", "ada")
                .body("{\"override\": \"it mends *the* fault\"}")
                .post(about(testId, "promote")));

        JsonObject promotion = promotions().getFirst();
        assertEquals("constant_hold", promotion.getString("model"));
        assertEquals("constant_sell", promotion.getString("serves"));
        assertEquals(testId, promotion.getString("test_id"));
        assertEquals("ada", promotion.getString("by"));
        assertEquals("it mends *the* fault", promotion.getString("override"));
        assertFalse(promotion.getInstant("since").isAfter(Instant.now().plusSeconds(60)));
        assertEquals(promotion, test(testId).getJsonObject("promotion"));
        assertEquals(
                promotion,
                ok(get(about(testId, "report"))).getJsonObject("test").getJsonObject("promotion"));
        String document =
                given().accept("text/markdown").get(about(testId, "report")).asString();
        assertTrue(document.contains("it mends \\*the\\* fault"), document);
        assertTrue(document.contains(" by ada"), document);
        JsonObject event = Trail.event(testId, "promoted");
        assertTrue(event.getString("reason").contains("insufficient_data"), event::encode);
        assertTrue(event.getString("reason").contains("it mends *the* fault"), event::encode);
        assertEquals(
                "it mends *the* fault",
                Trail.event(testId, "promotion_overridden").getString("reason"));
    }

    @Test
    void what_an_override_overrode_is_kept_and_can_be_judged_again() {
        ok(overridden(testId));

        JsonObject event = Trail.event(testId, "promoted");
        assertEquals(
                "insufficient_data",
                event.getJsonObject("evidence").getJsonObject("judgement").getString("verdict"));
        assertEquals(
                true,
                ok(get(about(testId, "events/" + event.getLong("event_id") + "/replay")))
                        .getBoolean("follows"));
    }

    @Test
    void a_promotion_taken_back_is_listed_no_more() {
        ok(overridden(testId));

        ok(delete(about(testId, "promote")));

        assertEquals(List.of(), promotions());
        assertNull(test(testId).getJsonObject("promotion"));
    }

    @Test
    void promoting_again_needs_no_reason_because_nothing_is_asked_again() {
        ok(overridden(testId));

        ok(post(about(testId, "promote")));

        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void a_promotion_for_another_generation_is_a_conflict() {
        assertProblem(
                409,
                given().contentType("application/json")
                        .header("If-Match", "\"9\"")
                        .body("{\"override\": \"because\"}")
                        .post(about(testId, "promote")),
                "generation 9");
        assertEquals(List.of(), promotions());
    }

    @Test
    void a_promotion_that_is_not_in_force_is_not_taken_back() {
        String later = createdSplit("later", "constant_hold", "constant_buy", 0.1);
        ok(overridden(testId));
        ok(overridden(later));
        assertEquals("BUY", held().getString("action"));

        assertProblem(409, delete(about(testId, "promote")), later, "constant_buy");

        assertEquals("BUY", held().getString("action"));
        ok(delete(about(later, "promote")));
        assertEquals("HOLD", held().getString("action"));
        assertProblem(409, delete(about(testId, "promote")), "replaced");
    }

    @Test
    void what_was_never_promoted_is_not_taken_back() {
        assertProblem(409, delete(about(testId, "promote")), "has not been promoted", "constant_hold");
    }

    @Test
    void taking_a_promotion_back_twice_changes_nothing_the_second_time() {
        ok(overridden(testId));
        ok(delete(about(testId, "promote")));

        assertEquals("promotion_reverted", ok(delete(about(testId, "promote"))).getString("status"));

        assertEquals(3, test(testId).getInteger("generation"));
    }

    @Test
    void a_model_that_answers_already_is_not_promoted_a_second_time_by_another_test() {
        String same = createdSplit("same", "constant_hold", "constant_sell", 0.1);
        ok(post(about(same, "disable")));
        ok(overridden(testId));

        assertProblem(409, overridden(same), testId, "already");
    }

    @Test
    void a_promotion_waits_until_no_other_running_test_compares_the_two_models() {
        String same = createdSplit("same", "constant_hold", "constant_sell", 0.1);

        assertProblem(409, overridden(testId), same, "disable");
        assertEquals("HOLD", held().getString("action"));

        ok(post(about(same, "disable")));
        ok(overridden(testId));
    }

    @Test
    void promotions_go_one_name_deep_whichever_came_first() {
        String next = createdSplit("next", "constant_sell", "constant_buy", 0.1);
        ok(overridden(next));
        ok(overridden(testId));

        assertEquals("constant_sell", held().getJsonObject("metadata").getString("model"));
        assertEquals("BUY", predicted(request().put("model", "constant_sell")).getString("action"));
        ok(delete(about(next, "promote")));
    }

    @Test
    void promotions_that_would_go_in_a_circle_are_refused() {
        String second = createdSplit("second", "constant_sell", "constant_buy", 0.1);
        String back = createdSplit("back", "constant_buy", "constant_hold", 0.1);
        String atOnce = createdSplit("at-once", "constant_sell", "constant_hold", 0.1);
        ok(overridden(testId));

        assertProblem(409, overridden(atOnce), testId, "circle");

        ok(overridden(second));
        assertProblem(409, overridden(back), testId, "circle");
        ok(delete(about(second, "promote")));
    }

    private static Response overridden(String testId) {
        return override(testId, "a test of the service");
    }

    private static Response override(String testId, String why) {
        return post(about(testId, "promote"), new JsonObject().put("override", why));
    }

    private static List<JsonObject> promotions() {
        return okList(get("/api/v1/promotions")).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static JsonObject held() {
        return predicted(request().put("model", "constant_hold"));
    }
}
