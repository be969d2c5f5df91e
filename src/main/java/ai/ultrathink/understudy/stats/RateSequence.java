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
        double low = seen.successes() == 0
                ? 0
                : Bisection.last(0, seen.rate(), rate -> excludes(rate, seen, alpha, designEffect));
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
        return bet(Hypothesis.EQUAL, rate).eValue(seen).tempered(designEffect).rejects(alpha);
    }

    /**
     * A one-sided lower bound, which is tighter: from the bound to 1.
     *
     * @param alpha above 0, at most ½
     * @throws IllegalStateException if a or b is above ½, because the remaining rates may then not be one interval
     */
    public Interval lowerBound(Proportion seen, double alpha) {
        requireOneSided(alpha);
        return new Interval(low(Hypothesis.AT_MOST, seen, alpha), 1);
    }

    /** A one-sided upper bound: from 0 to the bound; otherwise as {@link #lowerBound}. */
    public Interval upperBound(Proportion seen, double alpha) {
        requireOneSided(alpha);
        return new Interval(0, high(Hypothesis.AT_LEAST, seen, alpha));
    }

    private double low(Hypothesis hypothesis, Proportion seen, double alpha) {
        Arguments.probability("alpha", alpha);
        return seen.successes() == 0
                ? 0
                : Bisection.last(
                        0,
                        seen.rate(),
                        rate -> bet(hypothesis, rate).eValue(seen).rejects(alpha));
    }

    private double high(Hypothesis hypothesis, Proportion seen, double alpha) {
        Arguments.probability("alpha", alpha);
        return seen.failures() == 0
                ? 1
                : Bisection.last(
                        1,
                        seen.rate(),
                        rate -> bet(hypothesis, rate).eValue(seen).rejects(alpha));
    }

    private RateBet bet(Hypothesis hypothesis, double rate) {
        return new RateBet(hypothesis, rate, priorSuccesses, priorFailures);
    }

    /**
     * With b ≤ ½ the hazard of the density at p is at most ½ / (p (1 − p)), so the e-value against "at most p" falls
     * wherever p is ½ / n or more below the observed rate. Nearer than that, no likelihood is more than twice that at
     * p, so the e-value is at most 2. The remaining rates are therefore one interval, and bisection finds its end;
     * likewise above with a ≤ ½.
     */
    private void requireOneSided(double alpha) {
        if (priorSuccesses > 0.5 || priorFailures > 0.5) {
            throw new IllegalStateException("one-sided bounds need a and b of at most 0.5; these are " + priorSuccesses
                    + " and " + priorFailures);
        }
        if (!(alpha <= 0.5)) {
            throw new IllegalArgumentException("alpha: got " + alpha + "; allowed for a one-sided bound: at most 0.5");
        }
    }
}
