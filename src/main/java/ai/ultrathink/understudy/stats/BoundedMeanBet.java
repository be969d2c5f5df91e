package ai.ultrathink.understudy.stats;

import java.util.function.DoublePredicate;

/**
 * Anytime-valid test of the mean of bounded numbers, from their count, sum and sum of squares: exact at every sample size
 * and for every distribution within the bounds.
 *
 * <p>A bettor who stakes the fraction λ on "the mean is above m" multiplies the money by (1 + λ (x − z)) / (1 + λ (m − z)) at
 * each number x, where z is a centre that is fixed in advance and should lie near the mean (Waudby-Smith and Ramdas 2024, arXiv 2010.09686, with the bet
 * written around z). Under "at most m" no stake gains on average. The product over all numbers is not a function of their
 * sums, but it is at least
 *
 * <pre>exp( λ ∑(x − z) − ψ(λ c) / c² ∑(x − z)² − n ln(1 + λ (m − z)) ),   ψ(u) = −ln(1 − u) − u,   c = z − low</pre>
 *
 * (Fan, Grama and Liu 2015, arXiv 1311.6273, ln(1 + y) ≥ y − ψ(u) y² / u² for y ≥ −u). The e-value is the mean of that over
 * fractions λ = u / c that are fixed in advance. It falls as m rises, so that the means that are not rejected are an
 * interval.
 *
 * @param low the least number that there can be
 * @param high the greatest, above {@code low}
 * @param centre z, between the two
 */
public record BoundedMeanBet(double low, double high, double centre) {

    /** u: each about twice the one before, so that one of them is never far from the best for a difference and a spread. */
    private static final double[] STAKES = {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.6, 0.9};

    /** ψ of each stake. */
    private static final double[] COSTS = costs();

    public BoundedMeanBet {
        Arguments.finite("low", low);
        Arguments.finite("high", high);
        if (!(low < centre && centre < high)) {
            throw new IllegalArgumentException(
                    "bounds: got " + low + ", " + centre + ", " + high + "; allowed: low < centre < high");
        }
    }

    private static double[] costs() {
        double[] costs = new double[STAKES.length];
        for (int stake = 0; stake < costs.length; stake++) {
            costs[stake] = -Math.log1p(-STAKES[stake]) - STAKES[stake];
        }
        return costs;
    }

    /**
     * The evidence against "the mean is (exactly, at least, at most) m". For "exactly" it is the mean of the other two.
     *
     * @param mean m
     * @param seen the numbers
     * @throws IllegalArgumentException if the moments are not those of numbers within the bounds
     */
    public EValue eValue(Hypothesis hypothesis, double mean, Moments seen) {
        Arguments.finite("mean", mean);
        if (seen.count() == 0) {
            return EValue.NONE;
        }
        requireWithin(seen);
        return switch (hypothesis) {
            case EQUAL -> EValue.mean(eValue(Hypothesis.AT_LEAST, mean, seen), eValue(Hypothesis.AT_MOST, mean, seen));
            case AT_MOST -> atMost(centre - low, mean - centre, seen.count(), seen.mean() - centre, seen.squares());
            case AT_LEAST -> atMost(high - centre, centre - mean, seen.count(), centre - seen.mean(), seen.squares());
        };
    }

    private void requireWithin(Moments seen) {
        double slack = 1e-9 * (Math.abs(low) + Math.abs(high));
        if (!(seen.mean() >= low - slack && seen.mean() <= high + slack)) {
            throw new IllegalArgumentException(
                    "mean: got " + seen.mean() + "; allowed: " + low + " to " + high + ", the bounds of the numbers");
        }
    }

    /** The evidence against "at most m", all of it relative to the centre. */
    private static EValue atMost(double reach, double most, long count, double mean, double squares) {
        if (most < -reach) {
            return new EValue(Double.POSITIVE_INFINITY);
        }
        double sum = count * mean / reach;
        double spread = (squares + count * mean * mean) / (reach * reach);
        double[] logs = new double[STAKES.length];
        for (int stake = 0; stake < logs.length; stake++) {
            logs[stake] =
                    STAKES[stake] * sum - COSTS[stake] * spread - count * Math.log1p(STAKES[stake] * most / reach);
        }
        return EValue.mean(logs);
    }

    /**
     * The means that are not rejected; the bounds without data.
     *
     * @param alpha above 0, below 1; each end has half of it
     */
    public Interval interval(Moments seen, double alpha) {
        return interval(seen, alpha, 1);
    }

    /**
     * The means that are not rejected by numbers that depend on each other: wider, as with that many times fewer independent
     * ones.
     *
     * @param alpha above 0, below 1; each end has half of it
     * @param designEffect 1 or more
     */
    public Interval interval(Moments seen, double alpha, double designEffect) {
        double half = Arguments.probability("alpha", alpha) / 2;
        if (seen.count() == 0) {
            return new Interval(low, high);
        }
        double mean = Math.clamp(seen.mean(), low, high);
        return new Interval(
                end(
                        low,
                        mean,
                        m -> eValue(Hypothesis.AT_MOST, m, seen)
                                .tempered(designEffect)
                                .rejects(half)),
                end(
                        high,
                        mean,
                        m -> eValue(Hypothesis.AT_LEAST, m, seen)
                                .tempered(designEffect)
                                .rejects(half)));
    }

    /** The end of an interval: the last value that is rejected, or the bound if that is not. */
    private static double end(double bound, double mean, DoublePredicate rejected) {
        return rejected.test(bound) && bound != mean ? Bisection.last(bound, mean, rejected) : bound;
    }
}
