package ai.ultrathink.understudy.stats;

/**
 * An asymptotic confidence sequence for a mean, or for a difference between means: Robbins' normal mixture with the
 * observed standard deviation in place of the true one (Waudby-Smith et al. 2021, arXiv 2103.06476).
 *
 * <pre>half width, both sides = s √( 2 (nρ² + 1) / (n² ρ²) · ln( √(nρ² + 1) / α ) )
 * half width, one side   = s √( 2 (nρ² + 1) / (n² ρ²) · ln( 1 + √(nρ² + 1) / 2α ) )</pre>
 *
 * with s the standard deviation and ρ² = (−2 ln α + ln(1 − 2 ln α)) / n*, which makes it narrowest near n* observations (for
 * one side with 2α in α's place). A p-value here is the α at which the interval with the same ρ would end at the value.
 * Intervals for a smaller α enclose those for a larger one; for bounds alone that holds from α = 0.05 downwards, since ρ
 * changes too.
 *
 * <p>It is asymptotic, so it needs enough observations for the central limit theorem. No formula here checks that:
 * require a minimum count, and a larger one for heavy tails. Numbers that are all equal give an interval of that one
 * number.
 *
 * @param alpha above 0, below ½: the probability with which the sequence may ever miss the mean
 * @param optimalCount n*, above 0: the count at which it is narrowest
 */
public record MeanSequence(double alpha, double optimalCount) {

    public MeanSequence {
        if (!(Arguments.probability("alpha", alpha) < 0.5)) {
            throw new IllegalArgumentException("alpha: got " + alpha + "; allowed: below 0.5");
        }
        Arguments.positive("optimalCount", optimalCount);
    }

    /** The means that are not ruled out; every number if nothing is known. */
    public Interval interval(Estimate estimate) {
        if (!estimate.known()) {
            return Interval.UNKNOWN;
        }
        double half = estimate.standardError() * widthInErrors(Hypothesis.EQUAL, estimate.count());
        return new Interval(estimate.value() - half, estimate.value() + half);
    }

    /** A one-sided lower bound, which is tighter: from the bound to +∞. */
    public Interval lowerBound(Estimate estimate) {
        return estimate.known()
                ? new Interval(estimate.value() - oneSidedHalf(estimate), Double.POSITIVE_INFINITY)
                : Interval.UNKNOWN;
    }

    /** A one-sided upper bound: from −∞ to the bound. */
    public Interval upperBound(Estimate estimate) {
        return estimate.known()
                ? new Interval(Double.NEGATIVE_INFINITY, estimate.value() + oneSidedHalf(estimate))
                : Interval.UNKNOWN;
    }

    /**
     * A p-value, valid at every look, of "the mean is (at least, at most) the value"; 1 if nothing is known. It is at
     * most α if and only if the interval or bound of the same direction excludes the value (or ends at it).
     */
    public double pValue(Hypothesis hypothesis, double value, Estimate estimate) {
        Arguments.finite("value", value);
        if (!estimate.known()) {
            return 1;
        }
        double above = estimate.value() - value;
        double against = switch (hypothesis) {
            case EQUAL -> Math.abs(above);
            case AT_LEAST -> Math.max(0, -above);
            case AT_MOST -> Math.max(0, above);
        };
        if (against == 0) {
            return 1;
        }
        double time = estimate.count() * rhoSquared(hypothesis);
        double errors = against / estimate.standardError();
        double exponent = errors * errors * time / (2 * (time + 1));
        double root = Math.sqrt(time + 1);
        double p = hypothesis == Hypothesis.EQUAL ? root * Math.exp(-exponent) : root / (2 * Math.expm1(exponent));
        return Math.min(1, p);
    }

    private double oneSidedHalf(Estimate estimate) {
        return estimate.standardError() * widthInErrors(Hypothesis.AT_MOST, estimate.count());
    }

    /** The half width, in standard errors of the mean. */
    private double widthInErrors(Hypothesis hypothesis, long count) {
        double time = count * rhoSquared(hypothesis);
        double root = Math.sqrt(time + 1);
        double exponent = hypothesis == Hypothesis.EQUAL ? Math.log(root / alpha) : Math.log1p(root / (2 * alpha));
        return Math.sqrt(2 * (time + 1) / time * exponent);
    }

    private double rhoSquared(Hypothesis hypothesis) {
        double spread = -2 * Math.log(hypothesis == Hypothesis.EQUAL ? alpha : 2 * alpha);
        return (spread + Math.log1p(spread)) / optimalCount;
    }
}
