package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkerWatchTest {

    private static final Duration HANG_AFTER = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofMillis(10);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ManualTime time = new ManualTime();
    private final WorkerWatch watch = new WorkerWatch(HANG_AFTER.toNanos(), time.nanoTime());
    private long heardNanos = time.nanoTime();
    private @Nullable Long oldestSent;

    @Test
    void a_pass_that_takes_longer_than_allowed_hangs_and_none_sooner() {
        oldestSent = time.nanoTime();

        assertEquals(HANG_AFTER.plus(STEP), until(this::hangs));
    }

    @Test
    void replies_to_other_passes_do_not_save_a_worker_whose_oldest_pass_takes_too_long() {
        oldestSent = time.nanoTime();

        assertEquals(HANG_AFTER.plus(STEP), until(() -> {
            heardNanos = time.nanoTime();
            return hangs();
        }));
    }

    @Test
    void passes_that_come_and_go_are_no_hang() {
        assertEquals(LONG, until(() -> {
            oldestSent = time.nanoTime() - HANG_AFTER.toNanos();
            return hangs();
        }));
    }

    @Test
    void an_idle_worker_is_asked_each_second_and_one_that_replies_does_not_hang() {
        int[] pings = {0};

        Duration hung = until(() -> {
            if (watch.pingIsDue(heardNanos, time.nanoTime())) {
                pings[0]++;
                heardNanos = time.nanoTime();
            }
            return hangs();
        });

        assertEquals(LONG, hung);
        assertEquals(LONG.toSeconds(), pings[0]);
    }

    @Test
    void an_idle_worker_that_does_not_reply_to_a_ping_hangs_and_is_asked_once() {
        int[] pings = {0};

        Duration hung = until(() -> {
            pings[0] += watch.pingIsDue(heardNanos, time.nanoTime()) ? 1 : 0;
            return hangs();
        });

        assertEquals(HANG_AFTER.plusSeconds(1).plus(STEP), hung);
        assertEquals(1, pings[0]);
    }

    @Test
    void time_in_which_the_service_itself_did_not_run_does_not_count() {
        oldestSent = time.nanoTime();
        until(() -> time.nanoTime() - heardNanos >= HANG_AFTER.toNanos() / 2);

        time.advance(Duration.ofHours(1));

        assertFalse(hangs(), "both were stopped");
        assertEquals(HANG_AFTER.plus(STEP), until(this::hangs));
    }

    @Test
    void memory_is_looked_at_ten_times_a_second() {
        int[] looks = {0};

        until(() -> {
            looks[0] += watch.memoryIsDue(time.nanoTime()) ? 1 : 0;
            return false;
        });

        assertEquals(10 * LONG.toSeconds(), looks[0]);
    }

    @Test
    void the_clock_of_this_test_passes_its_overflow() {
        long before = time.nanoTime();

        time.advance(STEP);

        assertTrue(before > 0 && time.nanoTime() < 0);
    }

    private boolean hangs() {
        return watch.hangs(heardNanos, oldestSent, time.nanoTime());
    }

    /** Lets the time pass step by step until something holds, and returns how long that took; a minute at most. */
    private Duration until(BooleanSupplier holds) {
        Duration passed = Duration.ZERO;
        while (passed.compareTo(LONG) < 0) {
            time.advance(STEP);
            passed = passed.plus(STEP);
            if (holds.getAsBoolean()) {
                break;
            }
        }
        return passed;
    }
}
