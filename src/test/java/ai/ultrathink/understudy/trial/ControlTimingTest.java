package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.onlyRow;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.predict;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.provocation;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The evidence holds both models to the treatment's deadline, although control may take longer to answer its caller. */
@QuarkusTest
class ControlTimingTest {

    private static final int TREATMENT_DEADLINE = 500;

    @AfterEach
    void delete_the_tests_and_wait_for_the_slow_passes() {
        Service.deleteTests();
        SlowModel.awaitIdle();
    }

    @Test
    void a_control_that_answers_after_the_treatments_deadline_serves_its_caller_and_is_late_in_its_row() {
        String testId = created(patient("slow", "constant_buy").put("traffic_split", 0));

        JsonObject answer = predicted(provocation(testId));

        assertEquals("control", placement(answer).getString("served_by"));
        JsonObject row = onlyRow(testId);
        assertEquals(true, row.getBoolean("control_late"));
        assertEquals(false, row.getBoolean("control_queued"));
        assertNotNull(row.getString("control_action"));
        assertNull(row.getValue("control_error"));
    }

    @Test
    void a_shadow_says_the_same_of_its_control() {
        String testId = created(patient("slow", "constant_buy").put("mode", "shadow"));

        predicted(provocation(testId));
        await().atMost(Duration.ofSeconds(60)).until(() -> rows(testId).size() == 1);

        assertEquals(true, onlyRow(testId).getBoolean("control_late"));
    }

    @Test
    void a_control_that_answers_in_place_of_a_treatment_is_timed_from_when_it_is_asked() {
        String testId =
                created(patient("constant_hold", "slow").put("traffic_split", 1).put("pairs", 1));

        predicted(provocation(testId));

        JsonObject row = onlyRow(testId);
        assertEquals("timeout", row.getString("treatment_error"));
        assertEquals("HOLD", row.getString("control_action"));
        assertEquals(false, row.getBoolean("control_late"));
        assertEquals("paired", row.getString("pair"));
    }

    @Test
    void a_control_with_more_time_than_the_treatment_that_uses_all_of_it_is_late_and_has_an_error() {
        String testId = created(patient("slow", "constant_buy")
                .put("traffic_split", 0)
                .put("control_deadline_ms", 2 * TREATMENT_DEADLINE));

        assertEquals(503, predict(provocation(testId)).statusCode());

        JsonObject row = onlyRow(testId);
        assertEquals("timeout", row.getString("control_error"));
        assertEquals(true, row.getBoolean("control_late"));
    }

    @Test
    void a_control_that_answers_in_time_is_not_late_and_one_that_was_not_asked_is_neither() {
        String asked = created(patient("constant_hold", "constant_buy").put("traffic_split", 0));
        String notAsked = created(patient("constant_hold", "constant_buy").put("traffic_split", 1));

        predicted(request(asked));
        predicted(request(notAsked));

        assertEquals(false, onlyRow(asked).getBoolean("control_late"));
        assertNull(onlyRow(notAsked).getValue("control_late"));
        assertNull(onlyRow(notAsked).getValue("control_queued"));
    }

    @Test
    void while_the_treatments_guard_is_open_a_row_of_control_says_nothing_about_control() {
        String testId = created(patient("constant_hold", "throws_later").put("traffic_split", 0.5));
        AtomicInteger unit = new AtomicInteger();
        await().until(() -> "guard_open"
                .equals(placement(predicted(provocation(testId).put("unit_id", "u-" + unit.getAndIncrement())))
                        .getString("fallback")));
        int before = unit.get();
        await().until(() -> "control"
                .equals(placement(predicted(request(testId).put("unit_id", "u-" + unit.getAndIncrement())))
                        .getString("assigned_group")));

        List<JsonObject> ofControl = rows(testId).stream()
                .filter(row -> row.getString("assigned_group").equals("control"))
                .toList();
        assertEquals(true, ofControl.getLast().getBoolean("control_queued"), "after " + before + " units");
        assertEquals(false, ofControl.getLast().getBoolean("control_late"));
    }

    private static JsonObject patient(String control, String treatment) {
        return explicitTest(newId("timing"), control, treatment)
                .put("control_deadline_ms", 60_000)
                .put("treatment_deadline_ms", TREATMENT_DEADLINE)
                .put("pairs", 0);
    }
}
