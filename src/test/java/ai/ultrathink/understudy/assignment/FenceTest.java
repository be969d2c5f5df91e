package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FenceTest {

    private static final Duration AFTER = Duration.ofSeconds(30);

    private final SteppedTime time = new SteppedTime();
    private final Fence fence = new Fence(AFTER, time);

    @Test
    void before_the_first_word_it_is_open_and_has_no_age() {
        time.nanos = Duration.ofDays(1).toNanos();

        assertFalse(fence.closed());
        assertEquals(Double.NaN, fence.ageSeconds());
    }

    @Test
    void it_closes_when_the_database_was_silent_for_longer_than_allowed() {
        fence.heard(0);
        time.nanos = AFTER.toNanos();
        assertFalse(fence.closed());

        time.nanos++;

        assertTrue(fence.closed());
    }

    @Test
    void an_answer_opens_it_and_says_how_long_the_silence_was() {
        fence.heard(0);
        time.nanos = Duration.ofSeconds(47).toNanos();

        assertEquals(Optional.of(Duration.ofSeconds(47)), fence.heard(time.nanos));

        assertFalse(fence.closed());
        assertEquals(Optional.empty(), fence.heard(time.nanos));
    }

    @Test
    void an_answer_to_a_question_that_was_asked_too_long_ago_does_not_open_it() {
        fence.heard(0);
        time.nanos = Duration.ofSeconds(47).toNanos();

        assertEquals(Optional.empty(), fence.heard(1));

        assertTrue(fence.closed());
    }

    @Test
    void answers_that_come_out_of_order_do_not_make_it_older() {
        time.nanos = Duration.ofSeconds(20).toNanos();
        fence.heard(time.nanos);
        fence.heard(0);

        assertEquals(0.0, fence.ageSeconds());
    }

    private static final class SteppedTime implements TimeSource {
        private long nanos;

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
