package ai.ultrathink.understudy.inference.worker;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;

/** Lets fifty lines through in each minute, and counts the others. Used by one thread. */
final class LineLimit {

    private static final int MOST = 50;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final TimeSource time;
    private long sinceNanos;
    private int admitted;
    private long leftOut;

    LineLimit(TimeSource time) {
        this.time = time;
        this.sinceNanos = time.nanoTime();
    }

    /** Whether the next line may be written. */
    boolean admits() {
        long now = time.nanoTime();
        if (now - sinceNanos >= WINDOW_NANOS) {
            sinceNanos = now;
            admitted = 0;
        }
        if (admitted >= MOST) {
            leftOut++;
            return false;
        }
        admitted++;
        return true;
    }

    /** How many lines were left out since this was last asked. */
    long leftOut() {
        long count = leftOut;
        leftOut = 0;
        return count;
    }
}
