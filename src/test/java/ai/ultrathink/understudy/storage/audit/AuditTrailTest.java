package ai.ultrathink.understudy.storage.audit;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AutomaticEntry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditTrailTest {

    private final FakeEvents store = new FakeEvents();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AuditTrail trail = new AuditTrail(store::record, new QuickAudit(), meters);

    @AfterEach
    void stop() {
        trail.stop();
    }

    @Test
    void events_are_stored_in_the_order_in_which_they_came() {
        List<AutomaticEntry> events = append(1_000);

        await().until(() -> store.stored().equals(events));
    }

    @Test
    void events_wait_for_a_database_that_is_away() {
        store.away(true);
        List<AutomaticEntry> events = append(10);
        await().until(() -> store.attempts() > 3);

        store.away(false);

        await().until(() -> hasEach(events));
        assertEquals(0, dropped("full"));
        assertEquals(0, dropped("refused"));
    }

    @Test
    void what_finds_no_room_is_dropped_and_counted() {
        store.away(true);

        List<AutomaticEntry> events = append(1_003);

        assertEquals(3, dropped("full"));
        store.away(false);
        await().until(() -> hasEach(events.subList(0, 1_000)));
        assertEquals(0, dropped("refused"));
    }

    @Test
    void what_the_database_refuses_is_dropped_and_the_next_is_stored() {
        store.refusing(true);
        append(1);
        await().until(() -> dropped("refused") == 1);

        store.refusing(false);
        List<AutomaticEntry> next = append(1);

        await().until(() -> store.stored().equals(next));
    }

    @Test
    void events_that_the_database_never_answers_to_do_not_hold_up_the_others() {
        Set<String> poison = Set.of("reason 3", "reason 4", "reason 5");
        store.poison(poison.toArray(String[]::new));

        List<AutomaticEntry> events = append(10);

        await().until(() -> dropped("refused") == 3 && store.stored().size() == 7);
        assertEquals(
                events.stream()
                        .filter(event -> !poison.contains(event.reason()))
                        .collect(Collectors.toSet()),
                Set.copyOf(store.stored()));
    }

    @Test
    void an_event_that_the_database_does_not_take_at_once_is_sent_again() {
        store.refuse(3);

        List<AutomaticEntry> events = append(1);

        await().until(() -> store.stored().equals(events));
        assertEquals(0, dropped("refused"));
    }

    @Test
    void what_still_waits_at_the_end_is_counted() {
        store.away(true);
        append(7);

        trail.stop();

        assertEquals(7, dropped("closed"));
    }

    /** Each once; one may be tried ahead of another just when the database comes back. */
    private boolean hasEach(List<AutomaticEntry> events) {
        return store.stored().size() == events.size()
                && Set.copyOf(store.stored()).equals(Set.copyOf(events));
    }

    private List<AutomaticEntry> append(int count) {
        List<AutomaticEntry> events = IntStream.range(0, count)
                .mapToObj(i -> new AutomaticEntry(
                        Instant.EPOCH.plusMillis(i),
                        "canary",
                        "guard",
                        AuditAction.GUARD_OPENED,
                        Map.of(),
                        Map.of(),
                        1,
                        "reason " + i))
                .toList();
        events.forEach(trail::append);
        return events;
    }

    private double dropped(String reason) {
        var counter =
                meters.find("understudy.audit.dropped").tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }
}
