package ai.ultrathink.understudy.stats;

/**
 * A confidence sequence for a quantile of latencies that were counted in buckets: intervals that, all together, miss
 * the true quantile with a probability of at most α, however often one looks and for every distribution (Howard and
 * Ramdas 2022, arXiv 1906.09712, with the beta-binomial mixture of {@link RateBet}).
 *
 * <p>If x is the quantile q, each latency is at most x with probability q. So x is ruled out when the count at or below
 * it rejects "q". Where the bucket leaves that count open, the count with the least evidence against x is taken, so the
 * ends are those of whole buckets.
 *
 * @param quantile q, above 0, below 1
 * @param strength strength of the mixture around q, see {@link RateBet#around}
 */
public record QuantileSequence(double quantile, double strength) {

    public QuantileSequence {
        Arguments.probability("quantile", quantile);
        Arguments.positive("strength", strength);
    }

    /**
     * The latencies that are not ruled out, in milliseconds; 0 to +∞ without data.
     *
     * @param alpha above 0, below 1
     */
    public Interval interval(LogHistogram latencies, double alpha) {
        return new Interval(low(Hypothesis.EQUAL, latencies, alpha), high(Hypothesis.EQUAL, latencies, alpha));
    }

    /** A one-sided lower bound, which is tighter: from the bound to +∞. */
    public Interval lowerBound(LogHistogram latencies, double alpha) {
        return new Interval(low(Hypothesis.AT_LEAST, latencies, alpha), Double.POSITIVE_INFINITY);
    }

    /** A one-sided upper bound: from 0 to the bound. */
    public Interval upperBound(LogHistogram latencies, double alpha) {
        return new Interval(0, high(Hypothesis.AT_MOST, latencies, alpha));
    }

    /** The lower end: below it, "a fraction of at least q lies here or below" is rejected. */
    private double low(Hypothesis hypothesis, LogHistogram latencies, double alpha) {
        Arguments.probability("alpha", alpha);
        RateBet bet = RateBet.around(hypothesis, quantile, strength);
        long total = latencies.total();
        long likeliest = (long) (quantile * total);
        long rank = Bisection.firstNot(
                0, likeliest, count -> bet.eValue(new Proportion(count, total)).rejects(alpha));
        Ranks ranks = Ranks.of(latencies);
        return rank == 0 ? 0 : ranks.low(ranks.rangeOf(rank));
    }

    /** The upper end: above it, "a fraction of at most q lies below" is rejected. */
    private double high(Hypothesis hypothesis, LogHistogram latencies, double alpha) {
        Arguments.probability("alpha", alpha);
        RateBet bet = RateBet.around(hypothesis, quantile, strength);
        long total = latencies.total();
        long likeliest = (long) (quantile * total);
        long rejected = Bisection.firstNot(
                likeliest,
                total,
                count -> !bet.eValue(new Proportion(count, total)).rejects(alpha));
        Ranks ranks = Ranks.of(latencies);
        return rejected > total ? Double.POSITIVE_INFINITY : ranks.high(ranks.rangeOf(rejected));
    }
}
