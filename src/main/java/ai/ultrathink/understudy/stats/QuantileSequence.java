package ai.ultrathink.understudy.stats;

/**
 * A confidence sequence for a quantile of latencies that were counted in buckets: intervals that, all together, miss the true
 * quantile with a probability of at most α, however often one looks, whatever the distribution (Howard and Ramdas 2022,
 * arXiv 1906.09712, with the beta-binomial mixture of {@link RateTest}).
 *
 * <p>If x is the quantile q, each latency is at most x with probability q. So x is left while "q" is not rejected by the count
 * at or below it. Where the bucket leaves that count open, the count that speaks least against x is taken: ends are those of
 * whole buckets.
 *
 * @param quantile q, above 0, below 1
 * @param strength of the mixture around q, see {@link RateTest#around}
 */
public record QuantileSequence(double quantile, double strength) {

    public QuantileSequence {
        Arguments.probability("quantile", quantile);
        Arguments.positive("strength", strength);
    }

    /**
     * The latencies that are left, in milliseconds; 0 to +∞ without data.
     *
     * @param alpha above 0, below 1
     */
    public Interval interval(LogHistogram latencies, double alpha) {
        return new Interval(low(Hypothesis.EQUAL, latencies, alpha), high(Hypothesis.EQUAL, latencies, alpha));
    }

    /** A lower bound alone, which is closer for that: from it to +∞. */
    public Interval lowerBound(LogHistogram latencies, double alpha) {
        return new Interval(low(Hypothesis.AT_LEAST, latencies, alpha), Double.POSITIVE_INFINITY);
    }

    /** An upper bound alone: from 0 to it. */
    public Interval upperBound(LogHistogram latencies, double alpha) {
        return new Interval(0, high(Hypothesis.AT_MOST, latencies, alpha));
    }

    /** Below it so few lie that "a share of at least q lies here or below" is rejected. */
    private double low(Hypothesis hypothesis, LogHistogram latencies, double alpha) {
        Arguments.probability("alpha", alpha);
        RateTest test = RateTest.around(hypothesis, quantile, strength);
        long total = latencies.total();
        long likeliest = (long) (quantile * total);
        long rank = Bisection.firstNot(
                0, likeliest, count -> test.eValue(new Proportion(count, total)).rejects(alpha));
        Ranks ranks = Ranks.of(latencies);
        return rank == 0 ? 0 : ranks.low(ranks.rangeOf(rank));
    }

    /** So many lie below it that "a share of at most q lies below" is rejected. */
    private double high(Hypothesis hypothesis, LogHistogram latencies, double alpha) {
        Arguments.probability("alpha", alpha);
        RateTest test = RateTest.around(hypothesis, quantile, strength);
        long total = latencies.total();
        long likeliest = (long) (quantile * total);
        long rejected = Bisection.firstNot(
                likeliest,
                total,
                count -> !test.eValue(new Proportion(count, total)).rejects(alpha));
        Ranks ranks = Ranks.of(latencies);
        return rejected > total ? Double.POSITIVE_INFINITY : ranks.high(ranks.rangeOf(rejected));
    }
}
