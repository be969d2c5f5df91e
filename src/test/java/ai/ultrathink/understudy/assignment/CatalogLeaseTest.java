package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogLeaseTest {

    private static final Duration AFTER = Duration.ofSeconds(30);

    private final ManualTime time = new ManualTime();
    private final CatalogLease lease = new CatalogLease(AFTER, time);
    private final long start = time.nanoTime();

    @Test
    void before_the_first_word_it_is_open_and_has_no_age() {
        time.advance(Duration.ofDays(1));

        assertFalse(lease.closed());
        assertEquals(Double.NaN, lease.ageSeconds());
    }

    @Test
    void it_closes_when_the_database_was_silent_for_longer_than_allowed() {
        lease.heard(start);
        time.advance(AFTER);
        assertFalse(lease.closed());

        time.advance(Duration.ofNanos(1));

        assertTrue(lease.closed());
    }

    @Test
    void an_answer_opens_it_and_says_how_long_the_silence_was() {
        lease.heard(start);
        time.advance(Duration.ofSeconds(47));

        assertEquals(Optional.of(Duration.ofSeconds(47)), lease.heard(time.nanoTime()));

        assertFalse(lease.closed());
        assertEquals(Optional.empty(), lease.heard(time.nanoTime()));
    }

    @Test
    void an_answer_to_a_question_that_was_asked_too_long_ago_does_not_open_it() {
        lease.heard(start);
        time.advance(Duration.ofSeconds(47));

        assertEquals(Optional.empty(), lease.heard(start + 1));

        assertTrue(lease.closed());
    }

    @Test
    void answers_that_come_out_of_order_do_not_make_it_older() {
        time.advance(Duration.ofSeconds(20));
        lease.heard(time.nanoTime());
        lease.heard(start);

        assertEquals(0.0, lease.ageSeconds());
    }
}
