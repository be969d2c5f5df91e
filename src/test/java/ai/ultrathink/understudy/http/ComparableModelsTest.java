package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two models that cannot stand for each other are no test. */
@QuarkusTest
class ComparableModelsTest {

    private static final String CHANGES = "changes_its_size";
    private static final int OTHER_SIZE = 60;

    private String promoted = "";

    @BeforeEach
    void a_model_of_the_usual_size() {
        ModelsDirectory.put(CHANGES, "constant_buy", "1");
        reload();
    }

    @AfterEach
    void leave_everything_as_it_was() {
        if (!promoted.isEmpty()) {
            delete(about(promoted, "promote"));
        }
        Service.deleteTests();
        ModelsDirectory.remove(CHANGES);
        reload();
    }

    @Test
    void models_of_other_input_sizes_are_refused_at_creation() {
        resize();

        assertProblem(
                400, createTest(explicitTest(newId("size"), "constant_hold", CHANGES)), "treatment_model", "43", "60");
        assertProblem(
                400, createTest(explicitTest(newId("size"), CHANGES, "constant_hold")), "treatment_model", "43", "60");
        assertProblem(
                400,
                createTest(explicitTest(newId("size"), "constant_hold", CHANGES).put("ramp", new JsonObject())),
                "treatment_model");
    }

    @Test
    void a_treatment_that_has_changed_its_size_is_not_promoted_whatever_the_reason() {
        String testId = createdSplit("size", "constant_hold", CHANGES, 0.1);
        resize();

        assertProblem(409, promote(testId), "43", "60");

        assertEquals("HOLD", predicted(request().put("model", "constant_hold")).getString("action"));
    }

    @Test
    void a_treatment_that_has_changed_its_size_is_not_used_again() {
        String testId = createdSplit("size", "constant_hold", CHANGES, 0.1);
        String ramp =
                created(explicitTest(newId("size"), "constant_hold", CHANGES).put("ramp", new JsonObject()));
        ok(post(about(testId, "disable")));
        ok(post(about(ramp, "ramp/pause")));
        resize();

        assertProblem(409, post(about(testId, "enable")), "43", "60");
        assertProblem(409, post(about(ramp, "ramp/resume")), "43", "60");
        ok(post(about(ramp, "ramp/abort")));
        assertProblem(409, post(about(ramp, "enable")), "43", "60");
        assertEquals(false, test(testId).getBoolean("enabled"));
    }

    @Test
    void a_control_that_has_changed_its_size_does_not_get_its_name_back() {
        String testId = createdSplit("size", CHANGES, "constant_hold", 0.1);
        promoted(testId);
        resize();

        assertProblem(409, delete(about(testId, "promote")), "43", "60");

        assertEquals("HOLD", predicted(request().put("model", CHANGES)).getString("action"));
        ModelsDirectory.put(CHANGES, "constant_buy", "3");
        reload();
        ok(delete(about(testId, "promote")));
    }

    @Test
    void a_control_that_is_gone_does_not_get_its_name_back() {
        String testId = createdSplit("gone", CHANGES, "constant_hold", 0.1);
        promoted(testId);
        ModelsDirectory.remove(CHANGES);
        reload();

        assertProblem(409, delete(about(testId, "promote")), CHANGES, "not loaded");

        ModelsDirectory.put(CHANGES, "constant_buy", "3");
        reload();
        ok(delete(about(testId, "promote")));
    }

    @Test
    void a_test_whose_treatment_answers_for_control_is_not_enabled_again() {
        String testId =
                created(explicitTest(newId("same"), "constant_hold", CHANGES).put("mode", "shadow"));
        promoted(testId);

        assertProblem(409, post(about(testId, "enable")), CHANGES, "itself", testId);

        assertEquals(false, test(testId).getBoolean("enabled"));
        ok(delete(about(testId, "promote")));
        ok(post(about(testId, "enable")));
    }

    @Test
    void a_ramp_whose_treatment_answers_for_control_goes_nowhere() {
        String testId = created(explicitTest(newId("same"), "constant_hold", CHANGES)
                .put("ramp", new JsonObject().put("approval", "approve")));
        ok(post(about(testId, "ramp/pause")));
        promoted(testId);

        assertProblem(409, post(about(testId, "ramp/resume")));
        ok(post(about(testId, "ramp/abort")));
        assertProblem(409, post(about(testId, "enable")), "itself");
        assertProblem(409, post(about(testId, "ramp"), new JsonObject()));
    }

    @Test
    void a_test_is_not_created_whose_treatment_answers_for_control() {
        promoted(createdSplit("same", "constant_hold", CHANGES, 0.1));

        assertProblem(
                400,
                createTest(explicitTest(newId("again"), "constant_hold", CHANGES)),
                "treatment_model",
                "promotion");
        assertProblem(
                400, createTest(explicitTest(newId("again"), "constant_hold", "constant_hold")), "treatment_model");
        created(explicitTest(newId("other"), "constant_hold", "constant_sell"));
    }

    @Test
    void a_version_that_is_not_loaded_is_refused_and_the_one_that_is_loaded_named() {
        String digest = digest("treatment_digest");
        String other = (digest.startsWith("0") ? "1" : "0").repeat(12);

        assertProblem(
                400, createTest(pinned("treatment_digest", other)), "treatment_digest", digest, "constant_buy@1#");
        assertProblem(400, createTest(pinned("control_digest", other)), "control_digest", digest("control_digest"));
        assertProblem(400, createTest(pinned("treatment_digest", digest + "0")), "treatment_digest");
        assertProblem(400, createTest(pinned("treatment_digest", digest.substring(0, 11))), "treatment_digest");
    }

    @Test
    void a_version_that_is_loaded_may_be_pinned_by_twelve_digits_or_more() {
        String digest = digest("treatment_digest");

        for (String pin : new String[] {digest, digest.substring(0, 12), digest.toUpperCase(Locale.ROOT)}) {
            String testId = created(pinned("treatment_digest", pin));
            assertTrue(digest.startsWith(test(testId).getString("treatment_digest")));
        }
        created(pinned("control_digest", digest("control_digest")));
    }

    @Test
    void the_version_of_a_model_that_is_not_loaded_cannot_be_pinned() {
        assertProblem(
                400,
                createTest(explicitTest(newId("pinned"), "constant_hold", "corrupt")
                        .put("treatment_digest", "0".repeat(64))),
                "treatment_digest",
                "corrupt",
                "not loaded");
    }

    private static JsonObject pinned(String field, String digest) {
        return explicitTest(newId("pinned"), "constant_hold", "constant_buy").put(field, digest);
    }

    /** As the refusal of another one names it. */
    private static String digest(String field) {
        String detail = createTest(pinned(field, "0".repeat(64))).jsonPath().getString("detail");
        return Pattern.compile("allowed: ([0-9a-f]{64}) ")
                .matcher(detail)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(detail));
    }

    private void promoted(String testId) {
        promoted = testId;
        ok(promote(testId));
    }

    private static Response promote(String testId) {
        return post(about(testId, "promote"), "{\"override\": \"a test of the service\"}");
    }

    private static void resize() {
        ModelsDirectory.putOfSize(CHANGES, "constant_buy", "2", OTHER_SIZE);
        reload();
    }

    private static void reload() {
        okList(post(MODELS + "/reload"));
    }
}
