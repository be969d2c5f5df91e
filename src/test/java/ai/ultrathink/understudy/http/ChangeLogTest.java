package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.newId;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who changed what, from what to what: one line in the log for each change by a person. */
@QuarkusTest
class ChangeLogTest {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final String testId = newId("told");

    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            String text = String.valueOf(logged.getMessage());
            if (text.contains(testId) || text.contains("reloaded by")) {
                lines.add(text);
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
    void a_reload_says_who_asked_for_it() {
        by("ada").post(MODELS + "/reload");

        assertTold("models reloaded by \"ada\"");
    }

    private static RequestSpecification by(String actor) {
        return given().header("X-Actor", actor).contentType("application/json");
    }

    private void assertTold(String... words) {
        await().until(() -> !lines.isEmpty() && lines.getLast().contains(words[0]));
        for (String word : words) {
            assertTrue(lines.getLast().contains(word), () -> "no \"" + word + "\" in " + lines.getLast());
        }
    }
}
