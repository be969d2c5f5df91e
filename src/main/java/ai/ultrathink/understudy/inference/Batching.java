package ai.ultrathink.understudy.inference;

import org.jspecify.annotations.Nullable;

/**
 * How the rows of several requests run together in one network, so that an answer is the same bits alone and in company. Found
 * by {@link BatchingTrial} when the network is loaded, on the processor that it runs on.
 *
 * @param block a pass has so many rows, or two times, three times so many; what is missing is padded
 * @param most the most rows in one pass, a multiple of {@code block}; 1 when each row runs alone
 * @param note why it is fewer than the service would put together, for people; null when it is not
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

    /** How many rows the pass has that so many requests run in. */
    int padded(int rows) {
        return Math.ceilDiv(rows, block) * block;
    }

    /** For people. */
    String describe() {
        return most == 1 ? "row by row" : "blocks of " + most;
    }
}
