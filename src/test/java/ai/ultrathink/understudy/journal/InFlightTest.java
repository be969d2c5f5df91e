package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InFlightTest {
    @Test
    void batches_stored_in_order_release_one_by_one() {
        InFlight inFlight = new InFlight(5);
        var first = inFlight.begin(10);
        var second = inFlight.begin(20);

        assertEquals(10, inFlight.stored(first));
        assertEquals(20, inFlight.stored(second));
        assertEquals(0, inFlight.size());
    }

    @Test
    void a_later_batch_waits_for_the_oldest() {
        InFlight inFlight = new InFlight(5);
        var first = inFlight.begin(10);
        var second = inFlight.begin(20);
        var third = inFlight.begin(30);

        assertEquals(5, inFlight.stored(second));
        assertEquals(5, inFlight.stored(third));
        assertEquals(3, inFlight.size());
        assertEquals(30, inFlight.stored(first));
        assertEquals(0, inFlight.size());
    }
}
