package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.test;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reload and a promotion do to the tests whose models they change. */
@QuarkusTest
class ModelChangesTest {

    private static final String CONTROL = "changing_control";
    private static final String TREATMENT = "changing_treatment";
    private static final String OTHER = "constant_sell";
    private static final JsonObject RAMP =
            new JsonObject().put("steps", new JsonArray().add(0.5).add(1.0)).put("hold_seconds", 3600);

    @BeforeEach
    void put_the_models() {
        ModelsDirectory.put(CONTROL, "constant_hold", "1");
        ModelsDirectory.put(TREATMENT, "constant_buy", "1");
        reload("setup");
    }

    @AfterEach
    void remove_the_models() {
        Service.deleteTests();
        ModelsDirectory.remove(CONTROL);
        ModelsDirectory.remove(TREATMENT);
        reload("setup");
    }

    @Test
    void a_reload_that_changes_a_model_of_a_running_test_is_an_event_and_a_new_generation() {
        String testId = created(changing("event"));
        String before = text(TREATMENT);

        treatmentBecomes("2");

        assertEquals(2, test(testId).getLong("generation"));
        assertTrue(test(testId).getBoolean("enabled"));
        JsonObject event = Trail.event(testId, "model_changed");
        assertEquals("ada", event.getString("actor"));
        assertEquals("treatment " + before + " → " + text(TREATMENT), event.getString("reason"));
        assertEquals(2, event.getLong("generation"));
        assertEquals(before, state(event, "from").getString("treatment_version"));
        assertEquals(text(TREATMENT), state(event, "to").getString("treatment_version"));
        assertEquals(text(CONTROL), state(event, "to").getString("control_version"));
        assertNotEquals(before, text(TREATMENT));
    }

    @Test
    void a_change_of_the_control_counts_as_well_and_of_both_as_one() {
        String testId = created(changing("both"));
        ModelsDirectory.put(CONTROL, "constant_hold", "2");

        treatmentBecomes("2");

        assertEquals(2, test(testId).getLong("generation"));
        String reason = Trail.event(testId, "model_changed").getString("reason");
        assertTrue(reason.startsWith("control changing_control@1#"), reason);
        assertTrue(reason.contains("; treatment changing_treatment@1#"), reason);
    }

    @Test
    void every_event_names_the_versions_in_force() {
        String testId = created(changing("named"));

        JsonObject to = state(Trail.event(testId, "created"), "to");

        assertEquals(text(CONTROL), to.getString("control_version"));
        assertEquals(text(TREATMENT), to.getString("treatment_version"));
        assertEquals(text(CONTROL), test(testId).getString("control_version"));
        assertEquals(text(TREATMENT), test(testId).getString("treatment_version"));
    }

    @Test
    void the_ramp_pauses_and_its_stage_begins_again_when_a_person_resumes_it() {
        String testId = created(changing("pause").put("ramp", RAMP));

        treatmentBecomes("2");

        JsonObject ramp = ok(get(about(testId, "ramp")));
        assertEquals("paused", ramp.getString("state"));
        assertTrue(ramp.getString("reason").startsWith("model changed: treatment changing_treatment@1#"));
        assertEquals(List.of("created", "ramp_started", "model_changed", "ramp_paused"), Trail.actions(testId));
        assertEquals("models", Trail.event(testId, "ramp_paused").getString("actor"));
        ok(post(about(testId, "ramp/resume")));
        assertNotEquals("paused", ok(get(about(testId, "ramp"))).getString("state"));
    }

    @Test
    void a_test_that_continues_keeps_its_ramp_going() {
        String testId = created(changing("continue").put("ramp", RAMP).put("on_model_change", "continue"));
        String state = ok(get(about(testId, "ramp"))).getString("state");

        treatmentBecomes("2");

        assertEquals(state, ok(get(about(testId, "ramp"))).getString("state"));
        assertEquals(2, test(testId).getLong("generation"));
        assertTrue(Trail.has(testId, "model_changed"));
    }

    @Test
    void a_test_that_rolls_back_is_disabled_and_its_ramp_ends() {
        String testId = created(changing("roll-back").put("ramp", RAMP).put("on_model_change", "roll_back"));

        treatmentBecomes("2");

        assertFalse(test(testId).getBoolean("enabled"));
        assertEquals(
                List.of("created", "ramp_started", "model_changed", "rolled_back", "ramp_aborted"),
                Trail.actions(testId));
        JsonObject event = Trail.event(testId, "rolled_back");
        assertEquals("models", event.getString("actor"));
        assertTrue(event.getString("reason").endsWith("on_model_change is roll_back"), event::encode);
        assertEquals("aborted", ok(get(about(testId, "ramp"))).getString("state"));
        assertEquals(1, rollbacks(testId));
    }

    @Test
    void each_test_that_is_rolled_back_because_of_its_models_is_counted_and_no_other() {
        String pinned = created(
                changing("count-pin").put("treatment_digest", digest(TREATMENT)).put("on_model_change", "continue"));
        String continuing = created(changing("count-continue").put("on_model_change", "continue"));
        String disabled = created(changing("count-disabled").put("on_model_change", "roll_back"));
        ok(post(about(disabled, "disable")));

        treatmentBecomes("2");

        assertEquals(1, rollbacks(pinned));
        assertEquals(0, rollbacks(continuing));
        assertEquals(0, rollbacks(disabled));
        treatmentBecomes("1");
        ok(post(about(pinned, "enable")));
        treatmentBecomes("2");
        assertEquals(2, rollbacks(pinned));
        assertEquals(204, Service.delete(Service.TESTS + "/" + pinned).statusCode());
        assertEquals(0, rollbacks(pinned));
    }

    @Test
    void a_pinned_test_is_rolled_back_by_another_version_whatever_its_policy() {
        String pinned = digest(TREATMENT);
        String testId =
                created(changing("pinned").put("treatment_digest", pinned).put("on_model_change", "continue"));

        treatmentBecomes("2");

        assertFalse(test(testId).getBoolean("enabled"));
        assertTrue(Trail.event(testId, "rolled_back")
                .getString("reason")
                .endsWith("treatment_digest pins the test to version #" + pinned));
        assertProblem(409, post(about(testId, "enable")), "treatment_digest", pinned, text(TREATMENT));
        treatmentBecomes("1");
        assertEquals(pinned, digest(TREATMENT));
        assertEquals(200, post(about(testId, "enable")).statusCode());
    }

    @Test
    void a_pinned_test_is_created_only_with_the_version_in_force() {
        assertProblem(
                400,
                createTest(changing("wrong-pin").put("control_digest", "0123456789ab")),
                "control_digest",
                text(CONTROL));
        created(changing("right-pin").put("control_digest", digest(CONTROL)));
    }

    @Test
    void a_disabled_test_is_left_as_it_is() {
        String testId = created(changing("disabled"));
        ok(post(about(testId, "disable")));

        treatmentBecomes("2");

        assertEquals(2, test(testId).getLong("generation"));
        assertFalse(Trail.has(testId, "model_changed"));
    }

    @Test
    void a_reload_that_finds_nothing_changed_changes_nothing() {
        String testId = created(changing("nothing"));
        List<?> before = okList(get(MODELS)).getList();

        okList(reload("ada"));

        assertEquals(before, okList(get(MODELS)).getList());
        assertEquals(1, test(testId).getLong("generation"));
    }

    @Test
    void a_version_that_does_not_load_changes_no_test() {
        String testId = created(changing("broken"));
        ModelsDirectory.put(TREATMENT, "bad_golden", "2");

        reload("ada");

        assertEquals(1, test(testId).getLong("generation"));
        assertEquals("stale", model(TREATMENT).getString("state"));
        assertEquals(digest(TREATMENT), model(TREATMENT).getString("wanted"));
    }

    @Test
    void a_model_that_is_taken_away_is_a_change_as_well() {
        String testId = created(changing("away"));
        ModelsDirectory.remove(TREATMENT);

        reload("ada");

        assertTrue(Trail.event(testId, "model_changed").getString("reason").endsWith(" → none"));
        ModelsDirectory.put(TREATMENT, "constant_buy", "1");
        reload("ada");
        assertEquals(3, test(testId).getLong("generation"));
    }

    @Test
    void a_promotion_elsewhere_that_changes_the_control_is_a_change_as_well() {
        String promoted = created(changing("promoted"));
        String other =
                created(explicitTest(newId("same-control"), CONTROL, OTHER).put("on_model_change", "roll_back"));
        String control = text(CONTROL);

        ok(given().contentType("application/json")
                .header("X-Actor", "ada")
                .body("{\"override\": \"for this test\"}")
                .post(about(promoted, "promote")));

        JsonObject event = Trail.event(other, "model_changed");
        assertEquals("ada", event.getString("actor"));
        assertEquals("control " + control + " → " + text(TREATMENT), event.getString("reason"));
        assertEquals(control, state(event, "from").getString("control_version"));
        assertEquals(text(TREATMENT), state(event, "to").getString("control_version"));
        assertFalse(test(other).getBoolean("enabled"));
        assertEquals(1, rollbacks(other));
        ok(post(about(other, "enable")));
        ok(Service.delete(about(promoted, "promote")));
        assertFalse(test(other).getBoolean("enabled"));
    }

    @Test
    void a_reload_of_the_promoted_model_changes_the_control_of_the_tests_of_that_name() {
        String promoted = created(changing("first"));
        ok(given().contentType("application/json")
                .body("{\"override\": \"for this test\"}")
                .post(about(promoted, "promote")));
        String other = created(explicitTest(newId("next"), CONTROL, OTHER));

        treatmentBecomes("2");

        assertTrue(Trail.event(other, "model_changed").getString("reason").startsWith("control " + TREATMENT + "@1#"));
        ok(Service.delete(about(promoted, "promote")));
    }

    @Test
    void a_model_has_its_digest_and_what_is_wanted_and_what_the_replicas_have() {
        JsonObject model = model(CONTROL);

        assertTrue(model.getString("digest").matches("[0-9a-f]{12}"));
        assertEquals(model.getString("digest"), model.getString("wanted"));
        JsonObject on = model.getJsonArray("replicas").getJsonObject(0);
        assertEquals(model.getString("digest"), on.getString("digest"));
        assertEquals("switched", on.getString("state"));
        assertNull(on.getString("detail"));
    }

    @Test
    void a_reload_that_does_not_exist_is_not_found() {
        assertProblem(404, get(MODELS + "/reloads/01a20e94-7900-7f19-b0c1-c2954a5ada9d"), "reload");
        assertProblem(404, get(MODELS + "/reloads/none"), "reload none");
    }

    /** As Prometheus gets it; 0 where there is no counter. */
    private static double rollbacks(String testId) {
        return given().accept("text/plain;version=0.0.4")
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line ->
                        line.startsWith("understudy_rollbacks_total{") && line.contains("test=\"" + testId + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static JsonObject changing(String what) {
        return explicitTest(newId("changing-" + what), CONTROL, TREATMENT);
    }

    private static void treatmentBecomes(String version) {
        ModelsDirectory.put(TREATMENT, "constant_buy", version);
        assertEquals(200, reload("ada").statusCode());
    }

    private static Response reload(String actor) {
        return given().header("X-Actor", actor).post(MODELS + "/reload");
    }

    private static JsonObject model(String name) {
        return okList(get(MODELS)).stream()
                .map(JsonObject.class::cast)
                .filter(model -> model.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String digest(String name) {
        return model(name).getString("digest");
    }

    private static String text(String name) {
        return name + "@" + model(name).getString("version") + "#" + digest(name);
    }

    private static JsonObject state(JsonObject event, String side) {
        return event.getJsonObject(side);
    }
}
