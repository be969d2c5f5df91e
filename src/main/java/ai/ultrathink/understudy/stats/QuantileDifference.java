package ai.ultrathink.understudy.stats;

import java.util.function.Predicate;

/**
 * Anytime-valid tests and bounds for the difference of a latency quantile between treatment and control, for two
 * independent arms (Howard and Ramdas 2022, arXiv 1906.09712).
 *
 * <p>If x is control's quantile q, and treatment's differs by d, then each latency of control is at most x with
 * probability q, and each of treatment at most x + d. The product of the two arms' e-values against that ({@link
 * RateBet} around q) is an e-value for this x, and the least of these products over all x is never above that of the
 * true one. For "at most d" and "at least d" both arms are tested one-sidedly. Where a bucket leaves open how many
 * latencies lie below x, the count with the least evidence against the hypothesis is taken.
 *
 * @param quantile q, above 0, below 1
 * @param strength strength of the mixture around q, see {@link RateBet#around}
 */
public record QuantileDifference(double quantile, double strength) {

    public QuantileDifference {
        Arguments.probability("quantile", quantile);
        Arguments.positive("strength", strength);
    }

    /**
     * The evidence against "treatment's quantile minus control's is (at least, at most) the difference".
     *
     * @param difference milliseconds
     */
    public EValue eValue(Hypothesis hypothesis, double difference, LogHistogram treatment, LogHistogram control) {
        return eValue(hypothesis, difference, Ranks.of(treatment), Ranks.of(control));
    }

    EValue eValue(Hypothesis hypothesis, double difference, Ranks treatment, Ranks control) {
        Arguments.finite("difference", difference);
        if (treatment.total() == 0 || control.total() == 0) {
            return EValue.NONE;
        }
        return switch (hypothesis) {
            case EQUAL -> new ShiftEquality(this, treatment, control).eValue(difference);
            case AT_MOST -> new ShiftBound(this, treatment, control).atMost(difference);
            case AT_LEAST -> new ShiftBound(this, control, treatment).atMost(-difference);
        };
    }

    /**
     * The differences, treatment's quantile minus control's, that are not ruled out, in milliseconds; −∞ to +∞ if an
     * arm has no data.
     *
     * @param alpha above 0, below 1; each end has half of it
     */
    public Interval interval(LogHistogram treatment, LogHistogram control, double alpha) {
        return interval(treatment, control, alpha, 1);
    }

    /**
     * The differences that are not ruled out by latencies that depend on each other: wider, as with that many times fewer
     * independent ones.
     *
     * @param alpha above 0, below 1; each end has half of it
     * @param designEffect 1 or more
     */
    public Interval interval(LogHistogram treatment, LogHistogram control, double alpha, double designEffect) {
        Arguments.probability("alpha", alpha);
        if (treatment.total() == 0 || control.total() == 0) {
            return Interval.UNKNOWN;
        }
        Ranks ofTreatment = Ranks.of(treatment);
        Ranks ofControl = Ranks.of(control);
        Predicate<EValue> rejects = evidence -> evidence.tempered(designEffect).rejects(alpha / 2);
        double low = new ShiftBound(this, ofTreatment, ofControl).lowerBound(rejects);
        double high = -new ShiftBound(this, ofControl, ofTreatment).lowerBound(rejects);
        return new Interval(low, high);
    }
}
