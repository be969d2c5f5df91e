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
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

        JsonObject promoted = ok(post(about(testId, "promote")));

        assertEquals(new JsonObject().put("test_id", testId).put("status", "promoted"), promoted);
        assertEquals("SELL", held().getString("action"));
        assertEquals("constant_sell", held().getJsonObject("metadata").getString("model"));
    }

    @Test
    void a_promotion_ends_its_test() {
        ok(post(about(testId, "promote")));

        assertEquals(false, test(testId).getBoolean("enabled"));
        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void a_promotion_is_stored() {
        ok(post(about(testId, "promote")));

        assertEquals(
                List.of("constant_sell"),
                Rows.select("select serves from ab_model_promotions where model = 'constant_hold'"));
    }

    @Test
    void a_promotion_is_audited() {
        ok(post(about(testId, "promote")));
        ok(delete(about(testId, "promote")));

        assertEquals(
                List.of("promotion_reverted", "promoted", "created"),
                okList(get(about(testId, "events"))).stream()
                        .map(event -> ((JsonObject) event).getString("action"))
                        .toList());
    }

    @Test
    void promoting_twice_changes_nothing_the_second_time() {
        ok(post(about(testId, "promote")));
        ok(post(about(testId, "promote")));

        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void a_promotion_taken_back_leaves_the_control_model_to_answer() {
        ok(post(about(testId, "promote")));

        ok(delete(about(testId, "promote")));

        assertEquals("HOLD", held().getString("action"));
        assertEquals(List.of(), Rows.select("select model from ab_model_promotions"));
        assertEquals(false, test(testId).getBoolean("enabled"));
    }

    @Test
    void a_treatment_that_is_not_loaded_is_not_promoted() {
        String broken = createdSplit("broken", "constant_hold", "corrupt", 0.1);

        assertProblem(409, post(about(broken, "promote")), "corrupt");
        assertEquals("HOLD", held().getString("action"));
    }

    @Test
    void a_promotion_can_be_taken_back_after_its_test_was_deleted() {
        // a control of its own, because what cannot be taken back would be in the way of others
        String deleted = createdSplit("deleted", "wrong_shape_later", "constant_sell", 0.1);
        ok(post(about(deleted, "promote")));
        // whether or not that is allowed
        delete(Service.TESTS + "/" + deleted);

        ok(delete(about(deleted, "promote")));

        assertEquals(
                "wrong_shape_later",
                predicted(request().put("model", "wrong_shape_later"))
                        .getJsonObject("metadata")
                        .getString("model"));
    }

    private static JsonObject held() {
        return predicted(request().put("model", "constant_hold"));
    }
}
