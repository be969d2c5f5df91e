package ai.ultrathink.understudy.inference;

import org.jspecify.annotations.Nullable;

/**
 * How the rows of several requests run together in one network, so that an answer has the same bits alone and in a
 * batch. Determined by {@link BatchingTrial} when the network is loaded, on the processor that it runs on.
 *
 * @param block the number of rows in a pass is a multiple of this; missing rows are padded
 * @param most the maximum number of rows in one pass, a multiple of {@code block}; 1 if each row runs alone
 * @param note why the maximum is below the configured batch size, for readers; null if it is not
 */
record Batching(int block, int most, @Nullable String note) {

    Batching {
        if (block < 1 || most < block || most % block != 0) {
            throw new IllegalArgumentException("blocks of " + block + " rows, " + most + " at the most");
        }
    }

    static Batching rowByRow(String note) {
        return new Batching(1, 1, note);
    }

    /** The number of rows of a pass with this number of requests, including padding. */
    int padded(int rows) {
        return Math.ceilDiv(rows, block) * block;
    }

    /** A description for readers. */
    String describe() {
        return most == 1 ? "row by row" : "blocks of " + most;
    }
}
