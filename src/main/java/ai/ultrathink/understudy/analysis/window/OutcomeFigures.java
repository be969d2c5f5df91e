package ai.ultrathink.understudy.analysis.window;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeSums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What blocks of outcomes come to. A figure without data is null.
 *
 * @param meanDelta mean difference, treatment minus control: of decisions that both models made, else of the arms' means
 * @param coverage the fraction of decisions that have an outcome: of those that both models made, else of all
 * @param coverageAgreeing of the decisions that both models made and agreed about
 * @param coverageDisagreeing of those that they did not agree about
 * @param late rows and outcomes that came after the closing of their block
 * @param meanDeltaNow what {@code meanDelta} would be with these, or null
 */
record OutcomeFigures(
        Arm control,
        Arm treatment,
        @Nullable Double meanDelta,
        @Nullable Double coverage,
        @Nullable Double coverageAgreeing,
        @Nullable Double coverageDisagreeing,
        OutcomeSums.Late late,
        @Nullable Double meanDeltaNow) {

    /**
     * Figures of one arm.
     *
     * @param count decisions with an outcome
     * @param meanOutcome what these earned on average
     * @param hitRate of those with another position than 0, the fraction that gained before costs
     * @param coverage the fraction of the arm's decisions that have an outcome
     */
    record Arm(
            long count,
            @Nullable Double meanOutcome,
            @Nullable Double hitRate,
            @Nullable Double coverage) {

        private static Arm of(OutcomeSums.Arm sums) {
            return new Arm(
                    sums.known(),
                    ratio(sums.earned(), sums.known()),
                    ratio((double) sums.hits(), sums.bets()),
                    ratio((double) sums.known(), sums.decisions()));
        }
    }

    static OutcomeFigures of(List<OutcomeSums> blocks) {
        OutcomeSums.Arm control = OutcomeSums.Arm.NONE;
        OutcomeSums.Arm treatment = OutcomeSums.Arm.NONE;
        OutcomeSums.Pairs pairs = OutcomeSums.Pairs.NONE;
        OutcomeSums.Pairs now = OutcomeSums.Pairs.NONE;
        OutcomeSums.Late late = OutcomeSums.Late.NONE;
        boolean changed = false;
        for (OutcomeSums block : blocks) {
            control = control.plus(block.control());
            treatment = treatment.plus(block.treatment());
            pairs = pairs.plus(block.pairs());
            OutcomeSums.Pairs of = block.now();
            now = now.plus(of == null ? block.pairs() : of);
            changed |= of != null;
            late = late.plus(block.late());
        }
        return new OutcomeFigures(
                Arm.of(control),
                Arm.of(treatment),
                pairs.decisions() > 0 ? ratio(pairs.difference(), pairs.known()) : delta(control, treatment),
                pairs.decisions() > 0
                        ? ratio((double) pairs.known(), pairs.decisions())
                        : ratio(
                                (double) (control.known() + treatment.known()),
                                control.decisions() + treatment.decisions()),
                coverage(pairs.agreeing()),
                coverage(pairs.disagreeing()),
                late,
                changed ? ratio(now.difference(), now.known()) : null);
    }

    private static @Nullable Double coverage(OutcomeBlock.Coverage of) {
        return ratio((double) of.withOutcome(), of.decisions());
    }

    private static @Nullable Double delta(OutcomeSums.Arm control, OutcomeSums.Arm treatment) {
        return control.known() == 0 || treatment.known() == 0
                ? null
                : (Double) (treatment.earned() / treatment.known() - control.earned() / control.known());
    }

    static @Nullable Double ratio(double sum, long count) {
        return count == 0 ? null : (Double) (sum / count);
    }
}
