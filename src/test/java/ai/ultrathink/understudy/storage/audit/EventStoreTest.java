package ai.ultrathink.understudy.storage.audit;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EventStoreTest {

    @Inject
    EventStore store;

    @Test
    void an_event_is_in_the_trail_as_it_was_recorded() {
        String testId = Service.createdShadow("events", "constant_hold", "constant_buy");

        record(opened(testId, "replica-1"));

        JsonObject event = Service.okList(get(about(testId, "events"))).getJsonObject(0);
        event.remove("event_id");
        List.of("position", "previous_hash", "hash").forEach(event::remove);
        assertEquals(
                new JsonObject()
                        .put("time", "2026-11-24T12:00:00Z")
                        .put("test_id", testId)
                        .put("actor", "guard")
                        .put("action", "guard_opened")
                        .put("from", new JsonObject().put("guard", "closed").put("replica", "replica-1"))
                        .put("to", new JsonObject().put("guard", "open").put("replica", "replica-1"))
                        .put("generation", 7)
                        .put("reason", "5 failures in a row")
                        .putNull("evidence")
                        .putNull("approved_by")
                        .putNull("approval_id"),
                event);
    }

    @Test
    void recording_an_event_twice_stores_it_once_and_that_of_another_replica_as_well() {
        String testId = newId("twice");

        record(opened(testId, "replica-1"));
        record(opened(testId, "replica-1"));
        record(opened(testId, "replica-2"));

        assertEquals(
                List.of("replica-1", "replica-2"),
                Rows.select(
                        "select to_state->>'replica' from ab_test_events where test_id = ? order by event_id", testId));
    }

    @Test
    void an_alert_is_told_once_for_each_generation_and_state_whoever_tells_it() {
        String testId = newId("alert");

        alert(testId, 1, "agreement");
        alert(testId, 1, "agreement");
        alert(testId, 1, "split_deviation");
        alert(testId, 2, "agreement");

        assertEquals(
                List.of("1 agreement", "1 split_deviation", "2 agreement"),
                Rows.select(
                        "select generation || ' ' || (to_state->>'guardrail') from ab_test_events where test_id = ?"
                                + " order by event_id",
                        testId));
    }

    private void alert(String testId, long generation, String guardrail) {
        store.alert(
                        testId,
                        generation,
                        Map.of("guardrail", guardrail),
                        new AuditEntry("guardrails", AuditAction.GUARDRAIL_BREACHED, "too far", "{}"))
                .await()
                .atMost(Duration.ofSeconds(20));
    }

    private void record(AutomaticEntry event) {
        store.record(event).await().atMost(Duration.ofSeconds(20));
    }

    private static AutomaticEntry opened(String testId, String replica) {
        return new AutomaticEntry(
                Instant.parse("2026-11-24T12:00:00Z"),
                testId,
                "guard",
                AuditAction.GUARD_OPENED,
                Map.of("guard", "closed", "replica", replica),
                Map.of("guard", "open", "replica", replica),
                7,
                "5 failures in a row");
    }
}
