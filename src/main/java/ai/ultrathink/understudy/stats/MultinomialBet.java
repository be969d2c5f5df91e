package ai.ultrathink.understudy.stats;

import java.util.List;

/**
 * Anytime-valid test whether counts arrive with given probabilities, such as the configured split: the Dirichlet
 * mixture of Lindon and Malek 2020 (arXiv 2011.03567).
 *
 * <pre>E = B(α + counts) / (B(α) ∏ θᵢ^countᵢ),   αᵢ = strength × θᵢ,   B(α) = ∏ Γ(αᵢ) / Γ(∑ αᵢ)</pre>
 *
 * If the probabilities change, use one test for each setting and multiply the e-values.
 */
public final class MultinomialBet {

    private final double[] probabilities;
    private final double strength;

    /**
     * @param probabilities θ, one for each cell, each above 0, with a sum of 1 (to 1e-9)
     * @param strength above 0; a larger value detects smaller deviations sooner
     */
    public MultinomialBet(List<Double> probabilities, double strength) {
        double[] theta = probabilities.stream()
                .mapToDouble(probability -> Arguments.probability("probability", probability))
                .toArray();
        double sum = 0;
        for (double probability : theta) {
            sum += probability;
        }
        if (Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("probabilities: got a sum of " + sum + "; allowed: 1");
        }
        this.probabilities = theta;
        this.strength = Arguments.positive("strength", strength);
    }

    /**
     * The evidence against the probabilities.
     *
     * @param counts one for each cell, each 0 or more
     */
    public EValue eValue(List<Long> counts) {
        if (counts.size() != probabilities.length) {
            throw new IllegalArgumentException(
                    "counts: got " + counts.size() + "; allowed: one for each of " + probabilities.length + " cells");
        }
        double[] before = new double[probabilities.length];
        double[] after = new double[probabilities.length];
        boolean seen = false;
        for (int cell = 0; cell < probabilities.length; cell++) {
            long count = Arguments.count("count", counts.get(cell));
            before[cell] = strength * probabilities[cell];
            after[cell] = before[cell] + count;
            seen |= count > 0;
        }
        return seen
                ? new EValue(BetaIntegral.logWhole(after, probabilities) - BetaIntegral.logWhole(before, probabilities))
                : EValue.NONE;
    }
}
