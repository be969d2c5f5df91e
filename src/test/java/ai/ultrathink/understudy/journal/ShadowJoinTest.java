package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Observation;
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
        join.open(Observations.shadow(1), log(10), 0);
        join.open(Observations.shadow(2), log(11), 0);

        assertEquals(
                Optional.of(Observations.shadow(2).with(Variant.TREATMENT, LATE)),
                join.close(new Entry.Closed(Observations.shadow(2).rowId(), Variant.TREATMENT, LATE)));
        assertEquals(
                Optional.empty(),
                join.close(new Entry.Closed(Observations.shadow(2).rowId(), Variant.TREATMENT, LATE)));
        assertEquals(Optional.empty(), join.close(new Entry.Closed(new UUID(0, 0), Variant.TREATMENT, LATE)));
        assertEquals(1, join.size());
    }

    @Test
    void a_closing_entry_says_which_of_the_two_models_it_is_about() {
        join.open(Observations.split(1), log(10), 0);

        Observation closed = join.close(new Entry.Closed(Observations.split(1).rowId(), Variant.CONTROL, LATE))
                .orElseThrow();

        assertEquals(LATE, closed.control());
        assertNull(closed.treatment());
    }

    @Test
    void what_waits_for_too_long_is_given_up_oldest_first() {
        join.open(Observations.shadow(1), log(10), 0);
        join.open(Observations.shadow(2), log(11), 5);
        join.open(Observations.shadow(3), log(12), 6);

        assertEquals(List.of(), join.giveUpLate(9, 10));
        assertEquals(List.of(Observations.shadow(1), Observations.shadow(2)), join.giveUpLate(15, 10));
        assertEquals(1, join.size());
    }

    @Test
    void what_an_earlier_process_opened_is_given_up_at_once_and_nothing_else() {
        join.open(Observations.shadow(1), Position.ofMemoryEntry(0), 0);
        join.open(Observations.shadow(2), log(10), 0);
        join.open(Observations.shadow(3), log(20), 0);

        assertEquals(List.of(Observations.shadow(2)), join.giveUpOrphans(20));
        assertEquals(2, join.size());
    }

    @Test
    void nothing_from_the_oldest_that_waits_on_may_be_released() {
        Position read = new Position(99, 99);
        assertEquals(read, join.releasable(read));
        join.open(Observations.shadow(1), log(10), 0);
        join.open(Observations.shadow(2), log(11), 0);
        join.open(Observations.shadow(3), Position.ofMemoryEntry(7), 0);
        assertEquals(new Position(10, 7), join.releasable(read));

        assertEquals(
                Optional.of(Observations.shadow(1).with(Variant.TREATMENT, LATE)),
                join.close(new Entry.Closed(Observations.shadow(1).rowId(), Variant.TREATMENT, LATE)));

        assertEquals(new Position(11, 7), join.releasable(read));
    }

    private static Position log(long sequence) {
        return Position.ofLogEntry(sequence);
    }
}
