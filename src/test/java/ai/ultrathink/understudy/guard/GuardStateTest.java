package ai.ultrathink.understudy.guard;

import static ai.ultrathink.understudy.guard.GuardDefaults.DEFAULT;
import static ai.ultrathink.understudy.guard.GuardDefaults.LATE;
import static ai.ultrathink.understudy.guard.GuardDefaults.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.guard.GuardState.Closed;
import ai.ultrathink.understudy.guard.GuardState.HalfOpen;
import ai.ultrathink.understudy.guard.GuardState.Open;
import org.junit.jupiter.api.Test;

/** The transitions, one by one, at nanosecond 0 of a clock unless it matters. */
class GuardStateTest {

    private final Closed closed = Closed.initially(DEFAULT, 0);

    @Test
    void four_failures_in_a_row_leave_it_closed() {
        assertInstanceOf(Closed.class, failed(closed, 4));
    }

    @Test
    void the_fifth_failure_in_a_row_opens_it_and_says_so() {
        Open open = open(failed(closed, 5));

        assertEquals("5 failures in a row, the last: no answer within 200 ms", open.reason());
        assertEquals(seconds(5), open.untilNanos());
    }

    @Test
    void a_success_breaks_the_row() {
        assertInstanceOf(Closed.class, failed(closed(failed(closed, 4)).succeeded(0), 4));
    }

    @Test
    void a_fifth_of_twenty_calls_failing_opens_it() {
        // 3 of 18
        Closed busy = mixed(succeeded(closed, 12), 3, 0);

        // 4 of 19 is too little to go by, 5 of 20 is enough
        Open open = open(failed(busy, 2));

        assertEquals("5 of the last 20 calls failed, the last: no answer within 200 ms", open.reason());
    }

    @Test
    void less_than_a_fifth_failing_leaves_it_closed() {
        Closed busy = mixed(succeeded(closed, 93), 3, 0);

        assertInstanceOf(Closed.class, failed(busy, 4));
    }

    @Test
    void failures_older_than_the_window_are_forgotten() {
        // 8 of 46: with two more it would be a fifth
        Closed busy = mixed(succeeded(closed, 30), 8, 0);
        assertInstanceOf(Open.class, failed(busy, 2));

        Closed later = succeeded(busy, 30, seconds(10));

        assertEquals(30, later.recent().allCalls());
        assertInstanceOf(Closed.class, failed(later, 2, seconds(10)));
    }

    @Test
    void the_last_half_of_the_window_is_remembered() {
        RecentCalls calls = RecentCalls.none(0).plus(true, seconds(4), seconds(10));

        calls = calls.plus(false, seconds(6), seconds(10));

        assertEquals(2, calls.allCalls());
        assertEquals(1, calls.allFailures());
    }

    @Test
    void open_stays_open_until_its_pause_is_over() {
        Open open = open(failed(closed, 5));

        assertSame(open, open.elapsed(seconds(5) - 1));
        assertInstanceOf(HalfOpen.class, open.elapsed(seconds(5)));
    }

    @Test
    void half_open_lets_three_try_and_no_fourth() {
        HalfOpen three = trying(3);

        assertEquals(3, three.running().size());
        assertSame(three, three.admitting(0));
    }

    @Test
    void a_place_is_free_again_after_a_success_and_after_a_cancellation() {
        HalfOpen three = trying(3);

        assertEquals(2, halfOpen(three.succeeded(2, 0)).running().size());
        assertEquals(2, three.cancelled(1).running().size());
    }

    @Test
    void the_third_success_closes_it() {
        GuardState two = halfOpen(trying(3).succeeded(1, 0)).succeeded(2, 0);

        assertInstanceOf(HalfOpen.class, two);
        assertInstanceOf(Closed.class, halfOpen(two).succeeded(3, 0));
    }

    @Test
    void one_failure_on_trial_opens_it_for_twice_as_long_up_to_a_minute() {
        HalfOpen trying = trying(1);
        for (long pause : new long[] {10, 20, 40, 60, 60}) {
            Open again = open(trying.failed(1, LATE, 0));

            assertEquals(seconds(pause), again.pauseNanos());
            assertEquals("on trial: no answer within 200 ms", again.reason());
            trying = halfOpen(again.elapsed(again.untilNanos())).admitting(0);
        }
    }

    @Test
    void a_trial_that_is_never_ended_gives_its_place_up_after_a_minute_and_counts_no_more() {
        HalfOpen stuck = trying(3);
        assertSame(stuck, stuck.admitting(seconds(60) - 1));

        HalfOpen next = stuck.admitting(seconds(60));

        assertEquals(1, next.running().size());
        assertSame(next, next.succeeded(1, seconds(60)));
        assertSame(next, next.failed(1, LATE, seconds(60)));
    }

    @Test
    void a_ticket_counts_once() {
        GuardState once = trying(3).succeeded(1, 0);

        assertSame(once, halfOpen(once).succeeded(1, 0));
    }

    @Test
    void what_opens_again_soon_after_it_closed_goes_on_with_the_longer_pause() {
        HalfOpen trying = trying(3);
        Closed again = closed(
                halfOpen(halfOpen(trying.succeeded(1, 0)).succeeded(2, 0)).succeeded(3, 0));

        assertEquals(seconds(10), open(failed(again, 5, seconds(60) - 1)).pauseNanos());
        assertEquals(seconds(5), open(failed(again, 5, seconds(60))).pauseNanos());
    }

    @Test
    void a_failing_probe_opens_it_at_once_and_holds_it_open_past_its_pause() {
        Open held = closed.held("the probe fails", 0);

        assertSame(held, held.elapsed(seconds(3_600)));
        assertEquals("the probe fails", held.reason());
        assertInstanceOf(HalfOpen.class, held.released().elapsed(seconds(5)));
    }

    @Test
    void a_probe_that_passes_does_not_shorten_the_pause_that_callers_failures_brought() {
        Open open = open(failed(closed, 5));

        Open released = open.held("the probe fails", 0).released();

        assertInstanceOf(Open.class, released.elapsed(seconds(5) - 1));
        assertInstanceOf(HalfOpen.class, released.elapsed(seconds(5)));
    }

    @Test
    void a_failing_probe_ends_a_trial() {
        Open held = trying(2).held("the probe fails", 0);

        assertTrue(held.held());
        assertEquals(seconds(10), held.pauseNanos());
    }

    @Test
    void settings_that_make_no_sense_are_refused_by_their_names() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new GuardRules(5, 1.5, seconds(10), 20, 1, 1, 3, 3, 1));

        assertEquals("understudy.guard.failure-rate: got 1.5; allowed: above 0 and up to 1", refused.getMessage());
    }

    private HalfOpen trying(int requests) {
        HalfOpen trying = halfOpen(open(failed(closed, 5)).elapsed(seconds(5)));
        for (int i = 0; i < requests; i++) {
            trying = trying.admitting(0);
        }
        return trying;
    }

    /** Failures and successes in turn. */
    private static Closed mixed(Closed from, int pairs, long nowNanos) {
        Closed now = from;
        for (int i = 0; i < pairs; i++) {
            now = closed(now.failed(LATE, nowNanos)).succeeded(nowNanos);
        }
        return now;
    }

    private static Closed succeeded(Closed from, int times) {
        return succeeded(from, times, 0);
    }

    private static Closed succeeded(Closed from, int times, long nowNanos) {
        Closed now = from;
        for (int i = 0; i < times; i++) {
            now = now.succeeded(nowNanos);
        }
        return now;
    }

    private static GuardState failed(Closed from, int times) {
        return failed(from, times, 0);
    }

    private static GuardState failed(Closed from, int times, long nowNanos) {
        GuardState now = from;
        for (int i = 0; i < times; i++) {
            now = closed(now).failed(LATE, nowNanos);
        }
        return now;
    }

    private static Closed closed(GuardState state) {
        return assertInstanceOf(Closed.class, state);
    }

    private static Open open(GuardState state) {
        return assertInstanceOf(Open.class, state);
    }

    private static HalfOpen halfOpen(GuardState state) {
        return assertInstanceOf(HalfOpen.class, state);
    }
}
