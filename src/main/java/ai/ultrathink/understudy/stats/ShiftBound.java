package ai.ultrathink.understudy.stats;

/**
 * How far the quantile of some values must at least lie above that of others: the evidence against "at most d above", for every
 * d, from e-values of both that are computed once.
 *
 * <p>As x rises, more of the lower values lie surely below it, which speaks against its being their quantile or less; and more
 * of the upper values may lie at or below x + d, which speaks less against theirs being there or below. Between two steps
 * nothing changes, so the least product is found where the upper's e-value has just fallen, or below all values.
 */
final class ShiftBound {

    private final Ranks upper;
    private final Ranks lower;
    /** By how many ranges of the upper values may reach to the point: against "q or more lie at or below it". */
    private final double[] tooFew;
    /** By how many ranges of the lower values lie surely below the point: against "q or less lie below it". */
    private final double[] tooMany;

    ShiftBound(QuantileDifference mixture, Ranks upper, Ranks lower) {
        this.upper = upper;
        this.lower = lower;
        this.tooFew = logs(RateTest.around(Hypothesis.AT_LEAST, mixture.quantile(), mixture.strength()), upper);
        this.tooMany = logs(RateTest.around(Hypothesis.AT_MOST, mixture.quantile(), mixture.strength()), lower);
    }

    private static double[] logs(RateTest test, Ranks ranks) {
        double[] logs = new double[ranks.ranges() + 1];
        for (int ranges = 0; ranges < logs.length; ranges++) {
            logs[ranges] = test.eValue(new Proportion(ranks.inFirst(ranges), ranks.total()))
                    .log();
        }
        return logs;
    }

    /** The evidence against "the upper quantile is at most this much above the lower". */
    EValue atMost(double difference) {
        double least = tooMany[0] + tooFew[0];
        int below = 0;
        for (int range = 0; range < upper.ranges(); range++) {
            double point = upper.low(range) - difference;
            while (below < lower.ranges() && lower.high(below) < point) {
                below++;
            }
            least = Math.min(least, tooMany[below] + tooFew[range + 1]);
        }
        return new EValue(least);
    }

    /** The largest difference that is rejected at α; −∞ if none is. */
    double lowerBound(double alpha) {
        double highest = lower.low(lower.ranges() - 1);
        for (int range = 0; range < lower.ranges(); range++) {
            highest = Double.isFinite(lower.high(range)) ? Math.max(highest, lower.high(range)) : highest;
        }
        double rejected = upper.low(0) - highest - 1;
        double left = upper.low(upper.ranges() - 1) - lower.low(0) + 1;
        return atMost(rejected).rejects(alpha)
                ? Bisection.last(
                        rejected, left, difference -> atMost(difference).rejects(alpha))
                : Double.NEGATIVE_INFINITY;
    }
}
