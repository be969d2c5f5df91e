package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BatchPaceTest {

    private final BatchPace pace = new BatchPace();

    @Test
    void of_a_few_batches_nothing_is_known() {
        for (int i = 0; i < 7; i++) {
            pace.batch(1, 1_000);
        }

        assertEquals(0, pace.nanosFor(100));
    }

    @Test
    void it_is_the_least_of_the_last_eight_so_that_a_pause_does_not_count() {
        for (int i = 0; i < 8; i++) {
            pace.batch(4, i == 3 ? 4_000 : 200_000_000);
        }

        assertEquals(100_000, pace.nanosFor(100));
    }

    @Test
    void a_model_that_has_become_slow_is_known_as_such_after_eight_batches() {
        pace.batch(1, 1);
        for (int i = 0; i < 8; i++) {
            pace.batch(2, 60_000_000);
        }

        assertEquals(300_000_000, pace.nanosFor(10));
    }
}
