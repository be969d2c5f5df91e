package ai.ultrathink.understudy.stats;

/**
 * Evidence against a hypothesis: the return, as a multiple of the stake, of a fair bet against it.
 *
 * <p>Under the hypothesis its mean is at most 1 at every stopping time, and it ever reaches 1/α with a probability of
 * at most α (Ville's inequality; Howard et al. 2021, arXiv 1810.08240, build confidence sequences on it). So it may be
 * inspected after every observation, and the decision to stop or to continue may depend on it.
 *
 * @param log its natural logarithm; 0 is no evidence, negative numbers favour the hypothesis
 */
public record EValue(double log) {

    /** The e-value without data. */
    public static final EValue NONE = new EValue(0);

    public EValue {
        if (Double.isNaN(log)) {
            throw new IllegalArgumentException("log: got NaN; allowed: numbers");
        }
    }

    /**
     * The combined evidence of data that were collected one after the other, or independently, such as the steps of a
     * ramp.
     */
    public EValue times(EValue other) {
        return new EValue(log + other.log);
    }

    /** A p-value from 0 to 1 that is valid at every look: the inverse of the e-value. */
    public double pValue() {
        return Math.min(1, Math.exp(-log));
    }

    /**
     * Whether it has reached 1/α. Once it has, the hypothesis remains rejected, regardless of later data.
     *
     * @param alpha above 0, below 1: the probability of ever rejecting a true hypothesis
     */
    public boolean rejects(double alpha) {
        return log >= -Math.log(Arguments.probability("alpha", alpha));
    }

    /**
     * The mean of e-values, which is an e-value however they depend on each other.
     *
     * @param evidence at least one
     */
    public static EValue mean(EValue... evidence) {
        double[] logs = new double[evidence.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = evidence[i].log;
        }
        return mean(logs);
    }

    /** The mean of e-values with these logarithms, without an overflow on the way. */
    static EValue mean(double[] logs) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            greatest = Math.max(greatest, log);
        }
        if (Double.isInfinite(greatest)) {
            return new EValue(greatest);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - greatest);
        }
        return new EValue(greatest + Math.log(sum / logs.length));
    }

    /**
     * What is left if the observations depend on each other and say as much as this many times fewer independent ones. It is
     * then an e-value approximately, as far as the effect is known.
     *
     * @param designEffect 1 or more
     */
    public EValue tempered(double designEffect) {
        if (!(designEffect >= 1)) {
            throw new IllegalArgumentException("designEffect: got " + designEffect + "; allowed: 1 or more");
        }
        return designEffect == 1 ? this : new EValue(log / designEffect);
    }
}
