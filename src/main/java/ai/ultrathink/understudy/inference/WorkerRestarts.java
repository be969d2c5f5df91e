package ai.ultrathink.understudy.inference;

import java.time.Duration;

/**
 * When a thread that has ended may be replaced. What ends one thread may end the next, so each replacement waits twice as long as
 * the one before, until a thread has served. Not safe for use by several threads; the pool's lock guards it.
 */
final class WorkerRestarts {

    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private int ended;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long dueNanos;

    void ended(long nowNanos) {
        ended++;
        dueNanos = nowNanos + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    /** A thread has served a batch. */
    void served() {
        pauseNanos = FIRST_PAUSE_NANOS;
    }

    boolean due(long nowNanos) {
        return nowNanos - dueNanos >= 0;
    }

    /** How many threads have ended so far. */
    int ended() {
        return ended;
    }
}
