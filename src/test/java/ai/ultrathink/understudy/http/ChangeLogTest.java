package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.log.LogFields;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who changed what, from what to what: one line in the log for each change by a person. */
@QuarkusTest
class ChangeLogTest {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<List<@Nullable String>> fields = new CopyOnWriteArrayList<>();
    private final String testId = newId("told");

    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            String text = String.valueOf(logged.getMessage());
            if (text.contains(testId) || text.contains("reloaded by")) {
                lines.add(text);
                fields.add(Arrays.asList(
                        LogFields.kept(LogFields.ACTOR),
                        LogFields.kept(LogFields.TEST),
                        LogFields.kept(LogFields.REQUEST)));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(log);
    }

    @AfterEach
    void delete_the_tests() {
        Logger.getLogger("").removeHandler(log);
        Service.deleteTests();
    }

    @Test
    void each_change_has_one_line_with_who_what_from_and_to() {
        by("ada")
                .body(explicitTest(testId, "constant_hold", "constant_buy")
                        .put("traffic_split", 0.1)
                        .encode())
                .post(TESTS + "/create");
        assertTold("created by \"ada\"", "constant_buy against constant_hold", "traffic_split 0.1");

        by("bob").body("{\"traffic_split\":0.2}").post(about(testId, "update-split"));
        assertTold("split_updated by \"bob\"", "generation 2", "traffic_split 0.1 -> 0.2");

        by("ada").body("{\"agreement\":{\"limit\":0.5}}").put(about(testId, "guardrails"));
        int guardrails = lines.size();

        by("eve").post(about(testId, "disable"));
        assertTold("disabled by \"eve\"", "enabled true -> false");
        by("eve").post(about(testId, "disable"));

        by("ada").post(about(testId, "enable"));
        assertTold("enabled by \"ada\"", "enabled false -> true");

        by("ada").delete(TESTS + "/" + testId);
        assertTold("deleted by \"ada\"", "enabled true -> false");
        assertEquals(guardrails + 3, lines.size(), lines::toString);
    }

    @Test
    void a_promotion_has_one_line_although_the_trail_has_two_events_and_so_has_its_end() {
        by("ada").body(test().encode()).post(TESTS + "/create");
        assertTold("created by \"ada\"");

        by("bob").body("{\"override\":\"in a hurry\"}").post(about(testId, "promote"));
        assertTold(
                "promoted by \"bob\"",
                "constant_buy against constant_hold",
                "enabled true -> false",
                "insufficient_data and was overridden: in a hurry");
        by("bob").body("{\"override\":\"in a hurry\"}").post(about(testId, "promote"));

        by("eve").delete(about(testId, "promote"));
        assertTold("promotion_reverted by \"eve\"");
        assertEquals(3, lines.size(), lines::toString);
    }

    @Test
    void each_change_of_a_ramp_has_one_line() {
        by("ada").body(test().put("ramp", plan()).encode()).post(TESTS + "/create");
        assertTold("created, ramp_started by \"ada\"", "traffic_split 0.25", "begins with step 1 of 2");

        by("bob").post(about(testId, "ramp/pause"));
        assertTold("ramp_paused by \"bob\"", "holding", "->", "paused");
        by("bob").post(about(testId, "ramp/pause"));

        by("eve").post(about(testId, "ramp/resume"));
        assertTold("ramp_resumed by \"eve\"", "paused", "->", "holding");

        by("bob").body("{\"traffic_split\":0.3}").post(about(testId, "update-split"));
        assertTold("split_updated, ramp_paused by \"bob\"", "traffic_split 0.25 -> 0.3", "manually");

        by("ada").post(about(testId, "ramp/abort"));
        assertTold("ramp_aborted by \"ada\"", "enabled true -> false");

        by("ada").post(about(testId, "enable"));
        assertTold("enabled by \"ada\"");
        by("eve").body(plan().encode()).post(about(testId, "ramp"));
        assertTold("ramp_started by \"eve\"", "traffic_split 0.3 -> 0.25", "begins with step 1 of 2");
        assertEquals(7, lines.size(), lines::toString);
    }

    @Test
    void an_approval_has_one_line_with_the_step_that_it_leads_to() {
        by("ada")
                .body(test().put("guardrails", Observed.WIDE)
                        .put("ramp", plan().put("hold_seconds", 0).put("approval", "approve"))
                        .encode())
                .post(TESTS + "/create");
        Observed.store(new Observed(testId, 1).split(0.25, 5_250, 1_750, 0));
        await().until(() -> ok(get(about(testId, "ramp"))).getString("state").equals("awaiting_approval"));

        by("bob").post(about(testId, "ramp/approve"));

        assertTold("ramp_approved, ramp_step by \"bob\"", "traffic_split 0.25 -> 0.5", "step 2 of 2");
        assertEquals(1, lines.stream().filter(line -> line.contains("\"bob\"")).count(), lines::toString);
    }

    @Test
    void a_change_that_is_refused_has_none() {
        by("ada")
                .body(explicitTest(testId, "constant_hold", "constant_buy").encode())
                .post(TESTS + "/create");
        assertTold("created by \"ada\"");

        by("bob").header("If-Match", "7").post(about(testId, "disable"));
        by("bob").body("{\"traffic_split\":7}").post(about(testId, "update-split"));

        by("ada").post(about(testId, "disable"));
        assertTold("disabled by \"ada\"");
        assertFalse(lines.stream().anyMatch(line -> line.contains("bob")), lines::toString);
    }

    @Test
    void a_line_has_the_actor_the_test_and_the_request_as_fields() {
        by("ada")
                .body(explicitTest(testId, "constant_hold", "constant_buy").encode())
                .post(TESTS + "/create");
        assertTold("created by \"ada\"");

        by("bob").header("X-Request-ID", "change-7").post(about(testId, "disable"));

        assertTold("disabled by \"bob\"");
        assertEquals(List.of("bob", testId, "change-7"), fields.getLast());
    }

    @Test
    void a_reload_says_who_asked_for_it() {
        by("ada").post(MODELS + "/reload");

        assertTold("models reloaded by \"ada\"");
    }

    private JsonObject test() {
        return explicitTest(testId, "constant_hold", "constant_buy");
    }

    private static JsonObject plan() {
        return new JsonObject(
                "{\"steps\": [0.25, 0.5], \"hold_seconds\": 3600, \"minimum_samples\": 100, \"rehearse\": false}");
    }

    private static RequestSpecification by(String actor) {
        return given().header("X-Actor", actor).contentType("application/json");
    }

    /** Others may write a line of their own after it. */
    private void assertTold(String... words) {
        await().until(() -> told(words[0]).isPresent());
        String line = told(words[0]).orElseThrow();
        for (String word : words) {
            assertTrue(line.contains(word), () -> "no \"" + word + "\" in " + line);
        }
    }

    private Optional<String> told(String word) {
        return lines.stream().filter(line -> line.contains(word)).reduce((earlier, later) -> later);
    }
}
