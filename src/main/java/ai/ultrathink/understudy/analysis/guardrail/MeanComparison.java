package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.BoundedMeanBet;
import ai.ultrathink.understudy.stats.BoundedMeanDifference;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Moments;

/** Treatment's mean confidence minus control's, of pairs or of two arms. Confidences lie between 0 and 1. */
sealed interface MeanComparison {

    /** The difference and its standard error. */
    Estimate delta();

    /** The evidence against "the difference is (exactly, at least, at most) d", if the answers were independent. */
    EValue against(Hypothesis hypothesis, double difference);

    /** The differences that are not ruled out. */
    Interval interval(double alpha, double designEffect);

    /**
     * Of pairs.
     *
     * @param deltas treatment's confidence minus control's
     */
    record OfPairs(Moments deltas) implements MeanComparison {

        private static final double NEARLY_ONE = 0.999;

        @Override
        public Estimate delta() {
            return Estimate.ofMean(deltas);
        }

        @Override
        public EValue against(Hypothesis hypothesis, double difference) {
            // the bet is strongest if its centre is where the means are, and the limit is near them
            return around(difference).eValue(hypothesis, difference, deltas);
        }

        @Override
        public Interval interval(double alpha, double designEffect) {
            return around(0).interval(deltas, alpha, designEffect);
        }

        private static BoundedMeanBet around(double difference) {
            return new BoundedMeanBet(-1, 1, Math.clamp(difference, -NEARLY_ONE, NEARLY_ONE));
        }
    }

    /** Of the arms' own answers. */
    record OfArms(Moments treatment, Moments control) implements MeanComparison {

        /** The middle of what the greatest of three probabilities can be. */
        private static final double CENTRE = 2.0 / 3;

        private static final BoundedMeanDifference BET = new BoundedMeanDifference(new BoundedMeanBet(0, 1, CENTRE));

        @Override
        public Estimate delta() {
            return Estimate.ofDifference(treatment, control);
        }

        @Override
        public EValue against(Hypothesis hypothesis, double difference) {
            return BET.eValue(hypothesis, difference, treatment, control);
        }

        @Override
        public Interval interval(double alpha, double designEffect) {
            return BET.interval(treatment, control, alpha, designEffect);
        }
    }
}
