package ai.ultrathink.understudy.stats;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Evidence against "the upper quantile lies at most d above the lower", for every d, from e-values of both samples that
 * are computed once.
 *
 * <p>As x rises, more of the lower values certainly lie below it, which is evidence against their quantile being x or
 * less. More of the upper values may lie at or below x + d, which weakens the evidence against their quantile being
 * there or below. Nothing changes between two steps, so the smallest product is found where the upper e-value has just
 * fallen, or below all values. As one e-value only rises and the other only falls, the two bound every product between
 * two places.
 */
final class ShiftBound {

    private final Ranks upper;
    private final Ranks lower;
    private final RateBet few;
    private final RateBet many;
    private final double fewBefore;
    private final double manyBefore;
    /**
     * Evidence against "q or more lie at or below the point", by the number of upper ranges that may reach it; NaN
     * until computed.
     */
    private final double[] tooFew;
    /**
     * Evidence against "q or less lie below the point", by the number of lower ranges certainly below it; NaN until
     * computed.
     */
    private final double[] tooMany;

    ShiftBound(QuantileDifference mixture, Ranks upper, Ranks lower) {
        this.upper = upper;
        this.lower = lower;
        this.few = RateBet.around(Hypothesis.AT_LEAST, mixture.quantile(), mixture.strength());
        this.many = RateBet.around(Hypothesis.AT_MOST, mixture.quantile(), mixture.strength());
        this.fewBefore = few.logBefore();
        this.manyBefore = many.logBefore();
        this.tooFew = unknown(upper);
        this.tooMany = unknown(lower);
    }

    private static double[] unknown(Ranks ranks) {
        double[] logs = new double[ranks.ranges() + 1];
        Arrays.fill(logs, Double.NaN);
        return logs;
    }

    /** The evidence against "the upper quantile is at most this much above the lower". */
    EValue atMost(double difference) {
        int last = upper.ranges();
        double ends = Math.min(product(0, difference), product(last, difference));
        return new EValue(least(0, last, difference, ends));
    }

    /**
     * The smallest product between two places whose products are known. It is at least the product of the lower e-value
     * at the first place and the upper e-value at the last, so most places need no computation.
     */
    private double least(int from, int to, double difference, double known) {
        if (to - from < 2 || tooMany(from, difference) + tooFew(to) >= known) {
            return known;
        }
        int middle = (from + to) >>> 1;
        double seen = Math.min(known, product(middle, difference));
        return least(middle, to, difference, least(from, middle, difference, seen));
    }

    /** The product where this number of upper ranges has just been reached; 0 is below all values. */
    private double product(int reached, double difference) {
        return tooMany(reached, difference) + tooFew(reached);
    }

    private double tooFew(int reached) {
        if (Double.isNaN(tooFew[reached])) {
            tooFew[reached] = few.logAfter(new Proportion(upper.inFirst(reached), upper.total())) - fewBefore;
        }
        return tooFew[reached];
    }

    private double tooMany(int reached, double difference) {
        int below = reached == 0 ? 0 : lower.rangesBelow(upper.low(reached - 1) - difference);
        if (Double.isNaN(tooMany[below])) {
            tooMany[below] = many.logAfter(new Proportion(lower.inFirst(below), lower.total())) - manyBefore;
        }
        return tooMany[below];
    }

    /** The largest difference whose evidence is enough to reject it; −∞ if none is. */
    double lowerBound(Predicate<EValue> rejects) {
        double highest = lower.low(lower.ranges() - 1);
        for (int range = 0; range < lower.ranges(); range++) {
            highest = Double.isFinite(lower.high(range)) ? Math.max(highest, lower.high(range)) : highest;
        }
        double rejected = upper.low(0) - highest - 1;
        double left = upper.low(upper.ranges() - 1) - lower.low(0) + 1;
        return rejects.test(atMost(rejected))
                ? Bisection.last(rejected, left, difference -> rejects.test(atMost(difference)))
                : Double.NEGATIVE_INFINITY;
    }
}
