package ai.ultrathink.understudy.stats;

import java.util.List;

/**
 * A bet on a rate that begins again at every block, so that harm that begins late is found as soon as harm that was
 * there from the beginning, and is not excused by a long sound past (the e-detector of Shin, Ramdas and Rinaldo 2023,
 * arXiv 2203.03532, with a stake that is spread over the beginnings in advance):
 *
 * <pre>E = ∑ⱼ wⱼ E(the observations of block j and later),   ∑ⱼ wⱼ ≤ 1</pre>
 *
 * <p>A beginning after the first is left out while the rate since then lies within the hypothesis: it would add less than
 * its weight. Each summand is an e-value that is 1 until its block begins, so E ever reaches 1/α with a probability of at most α if
 * the hypothesis holds at every moment. The weights must be fixed in advance, by the place of the block and nothing else.
 * Blocks may be merged later: then some beginnings are missing, and E is only smaller.
 *
 * @param bet the bet that is begun
 */
public record RestartedBet(RateBet bet) {

    /**
     * A beginning.
     *
     * @param weight wⱼ, 0 to 1; those of all beginnings that are ever used sum to 1 at most
     * @param seen the observations of this block alone
     * @param designEffect 1 or more, known when the block began or from the data before it: the e-value is raised to the power of
     *     its inverse. +∞ if no bet is begun here
     */
    public record Beginning(double weight, Proportion seen, double designEffect) {

        public Beginning {
            if (!(weight >= 0 && weight <= 1)) {
                throw new IllegalArgumentException("weight: got " + weight + "; allowed: 0 to 1");
            }
            if (!(designEffect >= 1)) {
                throw new IllegalArgumentException("designEffect: got " + designEffect + "; allowed: 1 or more");
            }
        }
    }

    /**
     * The result.
     *
     * @param evidence the sum over all beginnings
     * @param from the place in the list of the beginning that contributes most; 0 without data
     * @param since the observations from there on
     */
    public record Result(EValue evidence, int from, Proportion since) {}

    /** The evidence of these beginnings, in order. */
    public Result of(List<Beginning> beginnings) {
        return of(beginnings, 0);
    }

    /**
     * The same, if a bet that began after the first counts only after so many observations. Until then its stake is lost.
     *
     * @param least observations since a beginning
     */
    public Result of(List<Beginning> beginnings, long least) {
        Proportion since = Proportion.NONE;
        Proportion sinceBest = Proportion.NONE;
        double greatest = Double.NEGATIVE_INFINITY;
        int from = 0;
        double[] logs = new double[beginnings.size()];
        for (int place = logs.length - 1; place >= 0; place--) {
            Beginning beginning = beginnings.get(place);
            since = since.plus(beginning.seen());
            boolean counts = !Double.isInfinite(beginning.designEffect())
                    && since.count() > 0
                    && (place == 0 || (since.count() >= least && !within(since)));
            logs[place] = counts
                    ? Math.log(beginning.weight()) + bet.eValue(since).log() / beginning.designEffect()
                    : Double.NEGATIVE_INFINITY;
            if (counts && logs[place] >= greatest) {
                greatest = logs[place];
                from = place;
                sinceBest = since;
            }
        }
        return greatest == Double.NEGATIVE_INFINITY
                ? new Result(EValue.NONE, 0, Proportion.NONE)
                : new Result(new EValue(Restarts.logSum(logs)), from, sinceBest);
    }

    private boolean within(Proportion since) {
        return switch (bet.hypothesis()) {
            case EQUAL -> false;
            case AT_LEAST -> since.rate() >= bet.rate();
            case AT_MOST -> since.rate() <= bet.rate();
        };
    }
}
