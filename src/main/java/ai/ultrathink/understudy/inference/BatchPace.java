package ai.ultrathink.understudy.inference;

import java.util.Arrays;

/**
 * How long a model takes for one row of a batch: the least of its last few batches, so that a pause of the machine does not
 * count and a model that is slow does. Safe for several threads: one that was given up may come back beside its successor.
 */
final class BatchPace {

    private static final int BATCHES = 8;

    private final long[] last = new long[BATCHES];
    private int at;
    // 0 until there were enough batches to tell
    private volatile long nanosPerRow;

    synchronized void batch(int rows, long nanos) {
        last[at] = nanos / rows;
        at = (at + 1) % BATCHES;
        nanosPerRow = Arrays.stream(last).min().orElse(0);
    }

    /** How long so many rows will take, as far as is known. */
    long nanosFor(int rows) {
        return rows * nanosPerRow;
    }
}
