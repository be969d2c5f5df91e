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

    /** Empty if the money does not grow, or if fewer than {@link #FEWEST} blocks were tested; 0 if it is there already. */
    public static OptionalLong of(
            ClippedBet bet, Hypothesis hypothesis, double mean, ClippedBet.Series seen, double alpha) {
        if (bet.greatest(hypothesis, mean, seen).rejects(alpha)) {
            return OptionalLong.of(0);
        }
        if (seen.tested() < FEWEST) {
            return OptionalLong.empty();
        }
        double blocks = seen.blocks().size();
        double wanted = Math.log(ClippedBet.STAKES / alpha) * seen.streams();
        double soonest = Double.POSITIVE_INFINITY;
        for (double stake : bet.stakes()) {
            double log = 0;
            for (ClippedBet.Observation block : seen.blocks()) {
                log += Math.log1p(stake * bet.returned(hypothesis, mean, block));
            }
            if (log > 0) {
                soonest = Math.min(soonest, Math.max(1, (wanted - log) * blocks / log));
            }
        }
        return Double.isInfinite(soonest) ? OptionalLong.empty() : OptionalLong.of((long) Math.ceil(soonest));
    }
}
