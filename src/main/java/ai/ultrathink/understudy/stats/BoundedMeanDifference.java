package ai.ultrathink.understudy.stats;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/**
 * Anytime-valid tests and bounds for the difference of the means of bounded numbers, for two independent arms.
 *
 * <p>If control's mean is x and treatment's is at most x + d, then the product of the two arms' e-values against "control's mean
 * is at least x" and "treatment's is at most x + d" ({@link BoundedMeanBet}) is an e-value. The least product over all x is never above
 * that of the true one, as {@link RateDifference} has it for rates. The logarithm of the product is convex in x, so the least
 * is found by a search.
 *
 * @param bet the bet on the mean of either arm
 */
public record BoundedMeanDifference(BoundedMeanBet bet) {

    /** The golden section; 60 of them leave 3e-13 of the range. */
    private static final double SECTION = (Math.sqrt(5) - 1) / 2;

    private static final int SECTIONS = 60;

    /**
     * The evidence against "treatment's mean minus control's is (exactly, at least, at most) d". For "exactly" it is the mean of
     * the other two. No evidence if an arm has no numbers.
     *
     * @param difference d
     */
    public EValue eValue(Hypothesis hypothesis, double difference, Moments treatment, Moments control) {
        Arguments.finite("difference", difference);
        if (treatment.count() == 0 || control.count() == 0) {
            return EValue.NONE;
        }
        return switch (hypothesis) {
            case EQUAL -> EValue.mean(atMost(difference, treatment, control), atMost(-difference, control, treatment));
            case AT_MOST -> atMost(difference, treatment, control);
            case AT_LEAST -> atMost(-difference, control, treatment);
        };
    }

    /** The evidence against "the upper mean is at most d above the lower". */
    private EValue atMost(double difference, Moments upper, Moments lower) {
        double from = Math.max(bet.low(), bet.low() - difference);
        double to = bet.high();
        if (from > to) {
            // no means are that far apart
            return new EValue(Double.POSITIVE_INFINITY);
        }
        return new EValue(least(
                from,
                to,
                mean -> bet.eValue(Hypothesis.AT_LEAST, mean, lower).log()
                        + bet.eValue(Hypothesis.AT_MOST, mean + difference, upper)
                                .log()));
    }

    /** The least value of a convex function, by golden sections. */
    private static double least(double from, double to, DoubleUnaryOperator convex) {
        double low = from;
        double high = to;
        double left = high - SECTION * (high - low);
        double right = low + SECTION * (high - low);
        double atLeft = convex.applyAsDouble(left);
        double atRight = convex.applyAsDouble(right);
        for (int section = 0; section < SECTIONS; section++) {
            if (atLeft <= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - SECTION * (high - low);
                atLeft = convex.applyAsDouble(left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + SECTION * (high - low);
                atRight = convex.applyAsDouble(right);
            }
        }
        return Math.min(atLeft, atRight);
    }

    /**
     * The differences, treatment's mean minus control's, that are not rejected; all that there can be if an arm has no numbers.
     *
     * @param alpha above 0, below 1; each end has half of it
     */
    public Interval interval(Moments treatment, Moments control, double alpha) {
        return interval(treatment, control, alpha, 1);
    }

    /**
     * The differences that are not rejected by numbers that depend on each other: wider, as with that many times fewer
     * independent ones.
     *
     * @param alpha above 0, below 1; each end has half of it
     * @param designEffect 1 or more
     */
    public Interval interval(Moments treatment, Moments control, double alpha, double designEffect) {
        double half = Arguments.probability("alpha", alpha) / 2;
        double range = bet.high() - bet.low();
        if (treatment.count() == 0 || control.count() == 0) {
            return new Interval(-range, range);
        }
        double seen = Math.clamp(treatment.mean() - control.mean(), -range, range);
        return new Interval(
                -upper(
                        -seen,
                        range,
                        control,
                        treatment,
                        least -> least.tempered(designEffect).rejects(half)),
                upper(
                        seen,
                        range,
                        treatment,
                        control,
                        least -> least.tempered(designEffect).rejects(half)));
    }

    /** The upper end of the difference of the first arm to the second. */
    private double upper(double seen, double range, Moments first, Moments second, Predicate<EValue> rejects) {
        return seen < range && rejects.test(atMost(-range, second, first))
                ? Bisection.last(range, seen, difference -> rejects.test(atMost(-difference, second, first)))
                : range;
    }
}
