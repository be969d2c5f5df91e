package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InFlightTest {
    @Test
    void batches_stored_in_order_release_one_by_one() {
        InFlight inFlight = new InFlight(at(5));
        var first = inFlight.begin(at(10));
        var second = inFlight.begin(at(20));

        assertEquals(at(10), inFlight.stored(first));
        assertEquals(at(20), inFlight.stored(second));
        assertEquals(0, inFlight.size());
    }

    @Test
    void a_later_batch_waits_for_the_oldest() {
        InFlight inFlight = new InFlight(at(5));
        var first = inFlight.begin(at(10));
        var second = inFlight.begin(at(20));
        var third = inFlight.begin(at(30));

        assertEquals(at(5), inFlight.stored(second));
        assertEquals(at(5), inFlight.stored(third));
        assertEquals(3, inFlight.size());
        assertEquals(at(30), inFlight.stored(first));
        assertEquals(0, inFlight.size());
    }

    private static Position at(long number) {
        return new Position(number, 2 * number);
    }
}
