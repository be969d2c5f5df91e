package ai.ultrathink.understudy.inference;

import java.util.Arrays;

/**
 * Time that a model takes for one row of a batch: the minimum of its last few batches, so that a pause of the machine
 * does not count but a slow model does. Thread-safe: a thread that was given up may return while its successor runs.
 */
final class BatchPace {

    private static final int BATCHES = 8;

    private final long[] last = new long[BATCHES];
    private int at;
    // 0 until there were enough batches
    private volatile long nanosPerRow;

    synchronized void batch(int rows, long nanos) {
        last[at] = nanos / rows;
        at = (at + 1) % BATCHES;
        nanosPerRow = Arrays.stream(last).min().orElse(0);
    }

    /** Expected time for a number of rows; 0 if unknown. */
    long nanosFor(int rows) {
        return rows * nanosPerRow;
    }
}
