package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryQueueTest {

    private final MemoryQueue queue = new MemoryQueue(2);
    private final List<Position> delivered = new ArrayList<>();

    @Test
    void entries_are_numbered_in_their_order() {
        queue.offer(new byte[1], 0);
        queue.offer(new byte[1], 0);
        assertFalse(queue.offer(new byte[1], 0));

        assertTrue(deliver());
        assertTrue(deliver());
        assertFalse(deliver());
        assertEquals(List.of(Position.ofMemoryEntry(0), Position.ofMemoryEntry(1)), delivered);
        assertEquals(2, queue.appended());
        assertEquals(2, queue.read());
    }

    @Test
    void an_entry_whose_consumer_throws_is_delivered_again() {
        queue.offer(new byte[1], 0);
        assertThrows(
                IllegalStateException.class,
                () -> queue.deliver((at, bytes) -> {
                    throw new IllegalStateException();
                }));
        assertEquals(0, queue.read());

        assertTrue(deliver());
        assertEquals(List.of(Position.ofMemoryEntry(0)), delivered);
    }

    @Test
    void the_first_entry_says_how_far_the_log_was() {
        assertEquals(99, queue.logBefore(99));
        queue.offer(new byte[1], 7);
        queue.offer(new byte[1], 8);
        assertEquals(7, queue.logBefore(99));

        assertTrue(deliver());

        assertEquals(8, queue.logBefore(99));
    }

    private boolean deliver() {
        return queue.deliver((at, bytes) -> delivered.add(at));
    }
}
