package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.outcome.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShadowJoinTest {

    private static final Outcome.TimedOut LATE = new Outcome.TimedOut(200);

    private final ShadowJoin join = new ShadowJoin();

    @Test
    void a_closing_entry_completes_its_own_observation_once() {
        join.open(Observations.shadow(1), 10, 0);
        join.open(Observations.shadow(2), 11, 0);

        assertEquals(
                Optional.of(Observations.shadow(2).withTreatment(LATE)),
                join.close(new Entry.Closed(Observations.shadow(2).rowId(), LATE)));
        assertEquals(
                Optional.empty(),
                join.close(new Entry.Closed(Observations.shadow(2).rowId(), LATE)));
        assertEquals(Optional.empty(), join.close(new Entry.Closed(new UUID(0, 0), LATE)));
        assertEquals(1, join.size());
    }

    @Test
    void what_waits_for_too_long_is_given_up_oldest_first() {
        join.open(Observations.shadow(1), 10, 0);
        join.open(Observations.shadow(2), 11, 5);
        join.open(Observations.shadow(3), 12, 6);

        assertEquals(List.of(), join.giveUp(9, 10, 0));
        assertEquals(List.of(Observations.shadow(1), Observations.shadow(2)), join.giveUp(15, 10, 0));
        assertEquals(1, join.size());
    }

    @Test
    void what_an_earlier_process_opened_is_given_up_at_once() {
        join.open(Observations.shadow(1), 10, 0);
        join.open(Observations.shadow(2), 20, 0);

        assertEquals(List.of(Observations.shadow(1)), join.giveUp(1, 1_000, 20));
    }

    @Test
    void nothing_from_the_lowest_waiting_sequence_on_may_be_released() {
        assertEquals(99, join.lowest(99));
        join.open(Observations.shadow(1), 10, 0);
        join.open(Observations.shadow(2), 11, 0);
        assertEquals(10, join.lowest(99));

        assertEquals(
                Optional.of(Observations.shadow(1).withTreatment(LATE)),
                join.close(new Entry.Closed(Observations.shadow(1).rowId(), LATE)));

        assertEquals(11, join.lowest(99));
    }

    @Test
    void what_waits_in_memory_lets_nothing_be_released_that_was_not_read() {
        join.open(Observations.shadow(1), EntryBuffer.IN_MEMORY, 0);

        assertEquals(99, join.lowest(99));
    }
}
