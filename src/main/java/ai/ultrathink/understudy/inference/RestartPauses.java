package ai.ultrathink.understudy.inference;

import java.time.Duration;

/** Pauses before a worker is started again: none after the first death, then longer and longer ones until a worker has lived long. */
final class RestartPauses {

    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();

    private final long longLifeNanos;
    private long nextNanos;

    /** @param longLifeNanos a worker that has served longer is not held responsible for those before it */
    RestartPauses(long longLifeNanos) {
        this.longLifeNanos = longLifeNanos;
    }

    /** @param servedNanos how long the worker had served that ended; 0 if it never did */
    long next(long servedNanos) {
        if (servedNanos > longLifeNanos) {
            nextNanos = 0;
        }
        long pause = nextNanos;
        nextNanos = pause == 0 ? FIRST_NANOS : Math.min(2 * pause, LONGEST_NANOS);
        return pause;
    }
}
