package ai.ultrathink.understudy.stats;

/**
 * A confidence sequence for a rate: intervals that, all together, miss the true rate with a probability of at most α,
 * however often one looks (Howard et al. 2021, arXiv 1810.08240).
 *
 * <p>An interval contains the rates that a {@link RateBet} with this density has not rejected at α. It assumes that
 * all observations have the same rate.
 *
 * @param priorSuccesses a of the Beta(a, b) density over which alternatives are spread, above 0
 * @param priorFailures b, above 0
 */
public record RateSequence(double priorSuccesses, double priorFailures) {

    /** Jeffreys' density, a = b = ½: within a constant of the best for every rate. */
    public static final RateSequence JEFFREYS = new RateSequence(0.5, 0.5);

    /** If this rate is not ruled out, 0 is the end: near the smallest numbers there are, the evidence is that of no number. */
    private static final double LEAST = 1e-280;

    public RateSequence {
        Arguments.positive("priorSuccesses", priorSuccesses);
        Arguments.positive("priorFailures", priorFailures);
    }

    /**
     * The rates that are not ruled out.
     *
     * @param alpha above 0, below 1
     * @return 0 to 1 without data
     */
    public Interval interval(Proportion seen, double alpha) {
        return interval(seen, alpha, 1);
    }

    /**
     * The rates that are not ruled out by observations that depend on each other: wider, as with that many times fewer
     * independent ones.
     *
     * @param alpha above 0, below 1
     * @param designEffect 1 or more
     */
    public Interval interval(Proportion seen, double alpha, double designEffect) {
        Arguments.probability("alpha", alpha);
        double low = seen.successes() == 0 || !excludes(LEAST, seen, alpha, designEffect)
                ? 0
                : Bisection.last(LEAST, seen.rate(), rate -> excludes(rate, seen, alpha, designEffect));
        double high = seen.failures() == 0
                ? 1
                : Bisection.last(1, seen.rate(), rate -> excludes(rate, seen, alpha, designEffect));
        return new Interval(low, high);
    }

    /**
     * Whether the interval of {@link #interval(Proportion, double, double)} does not contain a rate. This needs no search for
     * its ends.
     *
     * @param rate above 0, below 1
     */
    public boolean excludes(double rate, Proportion seen, double alpha, double designEffect) {
        return bet(rate).eValue(seen).tempered(designEffect).rejects(alpha);
    }

    private RateBet bet(double rate) {
        return new RateBet(Hypothesis.EQUAL, rate, priorSuccesses, priorFailures);
    }
}
