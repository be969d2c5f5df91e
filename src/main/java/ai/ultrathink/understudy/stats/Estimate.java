package ai.ultrathink.understudy.stats;

/**
 * A mean, or a difference of two means, with its standard error: the input of a {@link MeanSequence}.
 *
 * @param value the estimate, in the unit of the observations
 * @param standardError its standard deviation, in the same unit, 0 or more; +∞ if nothing is known
 * @param count the number of observations, of both arms for a difference between arms
 */
public record Estimate(double value, double standardError, long count) {

    /** The estimate without data, or from a single number. */
    public static final Estimate NONE = new Estimate(0, Double.POSITIVE_INFINITY, 0);

    public Estimate {
        Arguments.finite("value", value);
        Arguments.count("count", count);
        if (!(standardError >= 0)) {
            throw new IllegalArgumentException("standardError: got " + standardError + "; allowed: 0 or more");
        }
    }

    /** The mean of numbers, or of differences within pairs. */
    public static Estimate ofMean(Moments numbers) {
        return numbers.count() < 2
                ? NONE
                : new Estimate(numbers.mean(), Math.sqrt(numbers.variance() / numbers.count()), numbers.count());
    }

    /**
     * Treatment's mean minus control's, unpaired. Nothing is known until both arms have two numbers.
     *
     * <p>With requests assigned at random it is, up to smaller terms, a mean over all requests of both arms, with Welch's
     * standard error: so the asymptotics of Waudby-Smith et al. 2021 (arXiv 2103.06476) hold for it in the count of both.
     */
    public static Estimate ofDifference(Moments treatment, Moments control) {
        if (treatment.count() < 2 || control.count() < 2) {
            return NONE;
        }
        return new Estimate(
                treatment.mean() - control.mean(),
                Math.sqrt(treatment.variance() / treatment.count() + control.variance() / control.count()),
                treatment.count() + control.count());
    }

    /**
     * Both estimates pooled as strata, weighted by their counts. The steps of a ramp are each compared within
     * themselves, so that a change of the split in a busy hour is not mistaken for an effect.
     */
    public Estimate plus(Estimate other) {
        if (count == 0) {
            return other;
        }
        if (other.count == 0) {
            return this;
        }
        long total = Math.addExact(count, other.count);
        double share = (double) count / total;
        double rest = (double) other.count / total;
        return new Estimate(
                share * value + rest * other.value,
                Math.hypot(share * standardError, rest * other.standardError),
                total);
    }

    /** Whether the estimate has data. */
    public boolean known() {
        return count > 0 && standardError < Double.POSITIVE_INFINITY;
    }
}
