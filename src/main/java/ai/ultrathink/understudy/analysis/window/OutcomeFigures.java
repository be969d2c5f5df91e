package ai.ultrathink.understudy.analysis.window;

import ai.ultrathink.understudy.evidence.OutcomeSums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What blocks of outcomes come to. A figure without data is null.
 *
 * @param meanDelta mean difference, treatment minus control: of decisions that both models made, else of the arms' means
 * @param coverage the fraction of decisions that have an outcome: of those that both models made, else of all
 */
record OutcomeFigures(
        Arm control,
        Arm treatment,
        @Nullable Double meanDelta,
        @Nullable Double coverage) {

    /**
     * Figures of one arm.
     *
     * @param count decisions with an outcome
     * @param meanOutcome what these earned on average
     * @param hitRate of those with another position than 0, the fraction that gained before costs
     */
    record Arm(
            long count,
            @Nullable Double meanOutcome,
            @Nullable Double hitRate) {

        private static Arm of(OutcomeSums.Arm sums) {
            return new Arm(sums.known(), ratio(sums.earned(), sums.known()), ratio((double) sums.hits(), sums.bets()));
        }
    }

    static OutcomeFigures of(List<OutcomeSums> blocks) {
        OutcomeSums.Arm control = OutcomeSums.Arm.NONE;
        OutcomeSums.Arm treatment = OutcomeSums.Arm.NONE;
        OutcomeSums.Pairs pairs = OutcomeSums.Pairs.NONE;
        for (OutcomeSums block : blocks) {
            control = control.plus(block.control());
            treatment = treatment.plus(block.treatment());
            pairs = pairs.plus(block.pairs());
        }
        return new OutcomeFigures(
                Arm.of(control),
                Arm.of(treatment),
                pairs.decisions() > 0 ? ratio(pairs.difference(), pairs.known()) : delta(control, treatment),
                pairs.decisions() > 0
                        ? ratio((double) pairs.known(), pairs.decisions())
                        : ratio(
                                (double) (control.known() + treatment.known()),
                                control.decisions() + treatment.decisions()));
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
