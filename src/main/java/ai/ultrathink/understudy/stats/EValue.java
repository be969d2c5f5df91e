package ai.ultrathink.understudy.stats;

/**
 * Evidence against a hypothesis: how many times the stake a fair bet against it has brought so far.
 *
 * <p>Under the hypothesis its mean is at most 1 at every stopping time, and it ever reaches 1/α with a probability of at
 * most α (Ville's inequality; Howard et al. 2021, arXiv 1810.08240, build confidence sequences on it). So it may be looked
 * at after every observation, and a test may stop, or go on, because of what was seen.
 *
 * @param log its natural logarithm; 0 says nothing, negative numbers speak for the hypothesis
 */
public record EValue(double log) {

    /** What no data say. */
    public static final EValue NONE = new EValue(0);

    public EValue {
        if (Double.isNaN(log)) {
            throw new IllegalArgumentException("log: got NaN; allowed: numbers");
        }
    }

    /** The evidence of both: of data that were collected one after the other, or independently, such as the steps of a ramp. */
    public EValue times(EValue other) {
        return new EValue(log + other.log);
    }

    /** A p-value that holds at every look, 0 to 1: the inverse of the e-value. */
    public double pValue() {
        return Math.min(1, Math.exp(-log));
    }

    /**
     * Whether it has reached 1/α. Once it has, the hypothesis stays rejected, whatever comes later.
     *
     * @param alpha above 0, below 1: how often a true hypothesis may ever be rejected
     */
    public boolean rejects(double alpha) {
        return log >= -Math.log(Arguments.probability("alpha", alpha));
    }
}
