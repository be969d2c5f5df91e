package ai.ultrathink.understudy.stats;

import java.util.List;
import java.util.stream.IntStream;

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

    /** The weight of the place j, from 0: 1 / ((j + 1) (j + 2)). All of them sum to 1. */
    public static double weight(long place) {
        double next = Arguments.count("place", place) + 1.0;
        return 1 / (next * (next + 1));
    }

    /** The evidence of blocks of independent observations in their order, with the weight of each place. */
    public Result ofBlocks(List<Proportion> blocks) {
        return of(IntStream.range(0, blocks.size())
                .mapToObj(place -> new Beginning(weight(place), blocks.get(place), 1))
                .toList());
    }

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
        double greatest = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int from = 0;
        Proportion sinceBest = Proportion.NONE;
        for (int place = beginnings.size() - 1; place >= 0; place--) {
            Beginning beginning = beginnings.get(place);
            since = since.plus(beginning.seen());
            if (beginning.weight() == 0
                    || Double.isInfinite(beginning.designEffect())
                    || since.count() == 0
                    || (place > 0 && (since.count() < least || within(since)))) {
                continue;
            }
            double log = Math.log(beginning.weight()) + bet.eValue(since).log() / beginning.designEffect();
            if (log >= greatest) {
                sum = 1 + (greatest == Double.NEGATIVE_INFINITY ? 0 : sum * Math.exp(greatest - log));
                greatest = log;
                from = place;
                sinceBest = since;
            } else {
                sum += Math.exp(log - greatest);
            }
        }
        return sum == 0
                ? new Result(EValue.NONE, 0, Proportion.NONE)
                : new Result(new EValue(greatest + Math.log(sum)), from, sinceBest);
    }

    private boolean within(Proportion since) {
        return switch (bet.hypothesis()) {
            case EQUAL -> false;
            case AT_LEAST -> since.rate() >= bet.rate();
            case AT_MOST -> since.rate() <= bet.rate();
        };
    }
}
