package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.http.Service.PREDICT;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.provocation;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers who do not wait for the answer: what they asked for is done and recorded all the same. */
@QuarkusTest
class HungUpTest {

    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final Duration CONTROL_DEADLINE = Duration.ofMillis(1_200);

    @AfterEach
    void delete_the_tests_and_wait_for_the_slow_passes() {
        Service.deleteTests();
        SlowModel.awaitIdle();
    }

    @Test
    void a_split_is_recorded_as_treatments_when_its_caller_does_not_wait_for_a_slow_treatment() throws IOException {
        String testId = created(slow("constant_hold", "slow").put("traffic_split", 1));

        askAndHangUp(provocation(testId));

        JsonObject row = rowInTheEnd(testId);
        assertEquals("treatment", row.getString("assigned_group"));
        assertEquals("timeout", row.getString("treatment_error"));
        assertEquals("treatment_timeout", row.getString("fallback"));
        assertEquals("control", row.getString("served_by"));
    }

    @Test
    void a_split_is_recorded_as_controls_when_its_caller_does_not_wait_for_a_slow_control() throws IOException {
        String testId = created(slow("slow", "constant_buy").put("traffic_split", 0));

        askAndHangUp(provocation(testId));

        JsonObject row = rowInTheEnd(testId);
        assertEquals("control", row.getString("assigned_group"));
        assertEquals("timeout", row.getString("control_error"));
    }

    @Test
    void a_shadow_is_recorded_with_both_models_when_its_caller_does_not_wait_for_control() throws IOException {
        String testId = created(slow("slow", "constant_buy").put("mode", "shadow"));

        askAndHangUp(provocation(testId));

        JsonObject row = rowInTheEnd(testId);
        assertEquals("shadow", row.getString("assigned_group"));
        assertEquals("timeout", row.getString("control_error"));
        assertEquals("BUY", row.getString("treatment_action"));
    }

    @ParameterizedTest
    @CsvSource({"0, slow, constant_buy", "1, constant_hold, slow"})
    void a_pair_is_recorded_with_both_models_when_its_caller_does_not_wait(
            double split, String control, String treatment) throws IOException {
        String testId =
                created(patient(control, treatment).put("traffic_split", split).put("pairs", 1));

        askAndHangUp(provocation(testId));

        JsonObject row = rowInTheEnd(testId);
        assertEquals("paired", row.getString("pair"));
        assertEquals(split == 0 ? "control" : "treatment", row.getString("served_by"));
        assertNull(row.getValue("fallback"));
        assertNotNull(row.getString("control_action"));
        assertNotNull(row.getString("treatment_action"));
    }

    @Test
    void a_caller_who_hangs_up_is_counted_and_one_who_waits_is_not() throws IOException {
        String testId = created(slow("slow", "constant_buy").put("traffic_split", 0));
        predicted(request(testId));
        double before = abandoned();

        askAndHangUp(provocation(testId));
        rowInTheEnd(testId, 2);

        assertEquals(before + 1, abandoned());
    }

    @Test
    void a_place_is_kept_until_the_work_is_done_and_then_given_back() throws IOException {
        String testId = created(slow("slow", "constant_buy").put("traffic_split", 0));
        long start = System.nanoTime();

        askAndHangUp(provocation(testId));

        await().atMost(WITHIN).untilAsserted(() -> assertEquals(0, inFlight()));
        Duration kept = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(kept.compareTo(CONTROL_DEADLINE) >= 0, () -> "kept for " + kept);
    }

    /** A test with deadlines that a caller who looks at the service first surely does not see the end of. */
    private static JsonObject slow(String control, String treatment) {
        return explicitTest(newId("hung-up"), control, treatment)
                .put("control_deadline_ms", CONTROL_DEADLINE.toMillis())
                .put("treatment_deadline_ms", 600)
                .put("pairs", 0);
    }

    /** A test that waits for a slow model to its end. */
    private static JsonObject patient(String control, String treatment) {
        return explicitTest(newId("hung-up"), control, treatment)
                .put("control_deadline_ms", 60_000)
                .put("treatment_deadline_ms", 50_000)
                .put("pairs", 0);
    }

    private static void askAndHangUp(JsonObject request) throws IOException {
        byte[] body = request.encode().getBytes(UTF_8);
        try (Socket caller = new Socket("localhost", RestAssured.port)) {
            caller.getOutputStream()
                    .write(("POST " + PREDICT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length + "\r\n\r\n")
                            .getBytes(UTF_8));
            caller.getOutputStream().write(body);
            awaitAsked();
        }
    }

    private static void awaitAsked() {
        await().pollInterval(Duration.ofMillis(10)).until(() -> inFlight() == 1);
    }

    private static int inFlight() {
        return (int) metric("understudy_predictions_inflight ");
    }

    private static double abandoned() {
        return metric("understudy_predictions_abandoned_total ");
    }

    private static double metric(String name) {
        return get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static JsonObject rowInTheEnd(String testId) {
        return rowInTheEnd(testId, 1);
    }

    /** The last of so many rows. */
    private static JsonObject rowInTheEnd(String testId, int rows) {
        await().atMost(WITHIN).until(() -> rows(testId).size() == rows);
        return rows(testId).getLast();
    }
}
