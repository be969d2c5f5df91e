package ai.ultrathink.understudy.stats;

import java.util.OptionalLong;

/**
 * How many blocks more a {@link ClippedBet} needs until it rejects a mean, if the blocks go on like those so far. It is an
 * extrapolation for a reader and decides nothing.
 *
 * <p>A stake λ grows by the mean of ln(1 + λ Y) over the blocks so far, skipped blocks included. It has 1/20 of the money, so alone it
 * reaches the threshold when its own logarithm has reached ln(20 / α). The answer is that of the stake that gets there first.
 */
public final class BlocksToGo {

    /** Tested blocks below which nothing is said: the spread of fewer is not known. */
    public static final int FEWEST = 10;

    private BlocksToGo() {}

    /**
     * Empty if the money does not grow, or if fewer than {@link #FEWEST} blocks were tested; 0 if it is there already.
     *
     * @param run the bet so far
     * @param blocks how many blocks it has seen
     * @param tested how many of these have a scale
     */
    public static OptionalLong of(RunningBet run, long blocks, long tested, double alpha) {
        if (run.greatest().rejects(alpha)) {
            return OptionalLong.of(0);
        }
        if (tested < FEWEST) {
            return OptionalLong.empty();
        }
        double wanted = Math.log(ClippedBet.STAKES / alpha) * run.streams();
        double soonest = Double.POSITIVE_INFINITY;
        for (double log : run.grown()) {
            if (log > 0) {
                soonest = Math.min(soonest, Math.max(1, (wanted - log) * blocks / log));
            }
        }
        return Double.isInfinite(soonest) ? OptionalLong.empty() : OptionalLong.of((long) Math.ceil(soonest));
    }
}
