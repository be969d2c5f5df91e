package ai.ultrathink.understudy.stats;

/**
 * Anytime-valid tests and bounds for the difference of a rate between treatment and control, for two independent arms.
 *
 * <p>For rates x in control and y in treatment, the product of the two arms' e-values against exactly these rates is
 * itself an e-value. Evidence against a hypothesis about y − x is the smallest product over all pairs within it: under
 * the hypothesis the true pair is one of them, so the smallest product never exceeds an e-value of the true pair. (This
 * is how Howard and Ramdas 2022, arXiv 1906.09712, compare quantiles, and it needs no pairing, no order of arrival and
 * no fixed ratio of the arms.) The logarithm of the product is convex in (x, y), so the least is found exactly.
 *
 * <p>It assumes that in each arm one rate holds throughout. Where rates may drift together and the question is only
 * whether treatment fails more often, the share of treatment among all failures ({@link RateBet}) is more powerful and
 * assumes less.
 *
 * @param priorSuccesses a of the Beta(a, b) density over which both arms' alternatives are spread, above 0
 * @param priorFailures b, above 0
 */
public record RateDifference(double priorSuccesses, double priorFailures) {

    /** Jeffreys' density for both arms. */
    public static final RateDifference JEFFREYS = new RateDifference(0.5, 0.5);

    public RateDifference {
        Arguments.positive("priorSuccesses", priorSuccesses);
        Arguments.positive("priorFailures", priorFailures);
    }

    /**
     * The evidence against "treatment's rate minus control's is (at least, at most) the difference".
     *
     * @param difference above −1, below 1
     */
    public EValue eValue(Hypothesis hypothesis, double difference, Proportion treatment, Proportion control) {
        if (!(difference > -1 && difference < 1)) {
            throw new IllegalArgumentException("difference: got " + difference + "; allowed: above -1, below 1");
        }
        if (treatment.count() == 0 || control.count() == 0) {
            return EValue.NONE;
        }
        double seen = treatment.rate() - control.rate();
        boolean seenWithin = switch (hypothesis) {
            case EQUAL -> seen == difference;
            case AT_LEAST -> seen >= difference;
            case AT_MOST -> seen <= difference;
        };
        double x = seenWithin ? control.rate() : likeliest(difference, treatment, control);
        double y = seenWithin ? treatment.rate() : x + difference;
        return against(control, x).times(against(treatment, y));
    }

    /**
     * The differences, treatment's rate minus control's, that are not ruled out.
     *
     * @param alpha above 0, below 1
     * @return −1 to 1 if an arm has no data
     */
    public Interval interval(Proportion treatment, Proportion control, double alpha) {
        Arguments.probability("alpha", alpha);
        if (treatment.count() == 0 || control.count() == 0) {
            return Interval.UNKNOWN_RATE_DIFFERENCE;
        }
        double seen = treatment.rate() - control.rate();
        double low = Bisection.last(
                -1,
                seen,
                difference -> difference == -1
                        || eValue(Hypothesis.AT_MOST, difference, treatment, control)
                                .rejects(alpha));
        double high = Bisection.last(
                1,
                seen,
                difference -> difference == 1
                        || eValue(Hypothesis.AT_LEAST, difference, treatment, control)
                                .rejects(alpha));
        return new Interval(low, high);
    }

    /** Control's rate of the likeliest pair with this difference: where the likelihood's slope changes its sign. */
    private static double likeliest(double difference, Proportion treatment, Proportion control) {
        double from = Math.max(0, -difference);
        double to = Math.min(1, 1 - difference);
        return Bisection.last(from, to, x -> slope(control, x) + slope(treatment, x + difference) > 0);
    }

    /** Slope of the log likelihood at a rate. */
    private static double slope(Proportion seen, double rate) {
        double rising = seen.successes() == 0 ? 0 : seen.successes() / rate;
        double falling = seen.failures() == 0 ? 0 : seen.failures() / (1 - rate);
        return rising - falling;
    }

    /** Evidence against exactly this rate, which may be 0 or 1. */
    private EValue against(Proportion seen, double rate) {
        if ((rate <= 0 && seen.successes() > 0) || (rate >= 1 && seen.failures() > 0)) {
            return new EValue(Double.POSITIVE_INFINITY);
        }
        // a rate of 0 or 1 that the data do not contradict is the limit of the rates next to it
        double inside = Math.clamp(rate, Double.MIN_NORMAL, Math.nextDown(1.0));
        return new RateBet(Hypothesis.EQUAL, inside, priorSuccesses, priorFailures).eValue(seen);
    }
}
