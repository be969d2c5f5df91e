package ai.ultrathink.understudy.stats;

/**
 * A mean, or a difference between two, and how far it may be off: what a {@link MeanSequence} needs.
 *
 * @param value in the numbers' unit
 * @param standardError its standard deviation, in the same unit, 0 or more; +∞ when nothing is known
 * @param count the observations behind it, of both arms in a difference between them
 */
public record Estimate(double value, double standardError, long count) {

    /** What no data, or a single number, say. */
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
     * Treatment's mean less control's, unpaired. Nothing is known until both arms have two numbers.
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
     * Both pooled, weighted by their counts, as strata: the steps of a ramp, each compared within itself, so that a change of
     * the split in a busy hour is not taken for an effect.
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

    /** Whether there is anything to say. */
    public boolean known() {
        return count > 0 && standardError < Double.POSITIVE_INFINITY;
    }
}
