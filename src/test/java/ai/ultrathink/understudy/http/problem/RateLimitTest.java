package ai.ultrathink.understudy.http.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final ManualTime time = new ManualTime();

    @Test
    void each_has_so_many_in_a_second() {
        RateLimit limit = new RateLimit(2, time);

        assertTrue(limit.admits("ada"));
        assertTrue(limit.admits("ada"));
        assertFalse(limit.admits("ada"));
        assertTrue(limit.admits("bob"));

        time.advance(Duration.ofSeconds(1));
        assertTrue(limit.admits("ada"));
    }

    @Test
    void zero_is_no_bound() {
        RateLimit limit = new RateLimit(0, time);

        assertEquals(
                1000, IntStream.range(0, 1000).filter(i -> limit.admits("ada")).count());
    }

    @Test
    void the_memory_for_them_is_bounded() {
        RateLimit limit = new RateLimit(1, time);
        for (int i = 0; i < RateLimit.MOST; i++) {
            assertTrue(limit.admits("name-" + i));
        }

        assertFalse(limit.admits("one more"));
        time.advance(Duration.ofSeconds(1));
        assertTrue(limit.admits("one more"));
    }
}
