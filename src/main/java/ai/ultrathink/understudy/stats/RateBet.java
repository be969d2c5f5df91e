package ai.ultrathink.understudy.stats;

/**
 * Anytime-valid test of a rate: the beta-binomial mixture.
 *
 * <p>The bet spreads its stake over the alternatives with a Beta(a, b) density:
 *
 * <pre>E = ∫ θ^k (1−θ)^(n−k) dBeta(a, b)(θ) / (p^k (1−p)^(n−k)) = B(a+k, b+n−k) / (B(a, b) p^k (1−p)^(n−k))</pre>
 *
 * for k successes of n (the Dirichlet mixture of Lindon and Malek 2020, arXiv 2011.03567, with two cells). The
 * one-sided hypotheses keep the part of the density that lies beyond p, scaled to 1: against p or more, E is multiplied
 * by I_p(a+k, b+n−k) / I_p(a, b), with I the regularized incomplete beta function. Each such bet loses on average for
 * every true rate within the hypothesis, so E is valid for all of them at once.
 *
 * <p>Assumption: given the past, each observation succeeds with a probability within the hypothesis. That probability
 * may change from one to the next.
 *
 * <p>The same class compares events in two arms without knowing their rates: if treatment fails at most as often as
 * control at every moment, a failure is treatment's with at most the probability with which requests were given to
 * treatment. So {@code AT_MOST} that split, with treatment's failures of all failures, tests "treatment fails no more
 * often" (Lindon and Malek 2020 on inhomogeneous Bernoulli processes), also while the rates of both move together. If
 * the split changes, the e-values of the steps multiply.
 *
 * @param hypothesis the relation that is tested
 * @param rate p, above 0, below 1
 * @param priorSuccesses a, above 0
 * @param priorFailures b, above 0
 */
public record RateBet(Hypothesis hypothesis, double rate, double priorSuccesses, double priorFailures) {

    public RateBet {
        Arguments.probability("rate", rate);
        Arguments.positive("priorSuccesses", priorSuccesses);
        Arguments.positive("priorFailures", priorFailures);
    }

    /**
     * Spreads the stake around the rate itself: a = strength × rate, b = strength × (1 − rate).
     *
     * @param strength above 0; a larger value detects nearer alternatives sooner: those about √(rate (1 − rate) /
     *     strength) away
     */
    public static RateBet around(Hypothesis hypothesis, double rate, double strength) {
        return new RateBet(hypothesis, rate, strength * rate, strength * (1 - rate));
    }

    /** The evidence against the hypothesis. */
    public EValue eValue(Proportion seen) {
        return seen.count() == 0 ? EValue.NONE : new EValue(logAfter(seen) - logBefore());
    }

    /** The part of the e-value's logarithm that depends on the data. */
    double logAfter(Proportion seen) {
        return logMixture(priorSuccesses + seen.successes(), priorFailures + seen.failures());
    }

    /** The part that is the same for all data, which is subtracted. */
    double logBefore() {
        return logMixture(priorSuccesses, priorFailures);
    }

    /**
     * Logarithm of the density's weight on the alternatives, with these parameters, relative to the likelihood at the
     * rate.
     */
    private double logMixture(double a, double b) {
        return switch (hypothesis) {
            case EQUAL -> BetaIntegral.logWhole(a, b, rate);
            case AT_LEAST -> BetaIntegral.logBelow(a, b, rate, 1 - rate);
            case AT_MOST -> BetaIntegral.logBelow(b, a, 1 - rate, rate);
        };
    }
}
