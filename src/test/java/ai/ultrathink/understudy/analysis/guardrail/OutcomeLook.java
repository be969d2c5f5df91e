package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import java.util.List;

/**
 * What the guardrail of outcomes has said at any look, one after each block.
 *
 * @param breached whether it was ever breached
 * @param passed whether it had ever passed
 */
public record OutcomeLook(boolean breached, boolean passed) {

    /** Looks after each block. */
    public static OutcomeLook ever(OutcomePlan plan, List<OutcomeBlock> blocks) {
        RunningOutcomes outcomes = new RunningOutcomes(plan);
        boolean breached = false;
        boolean passed = false;
        for (OutcomeBlock block : blocks) {
            outcomes.add(block);
            GuardrailState state =
                    CheckedGuardrail.of(OutcomeCheck.of(plan, outcomes), null).state();
            breached |= state == GuardrailState.BREACHED;
            passed |= state == GuardrailState.PASSED;
        }
        return new OutcomeLook(breached, passed);
    }

    /** The state after these blocks. */
    public static GuardrailState state(OutcomePlan plan, List<OutcomeBlock> blocks) {
        return CheckedGuardrail.of(OutcomeCheck.of(plan, input(plan, blocks)), null)
                .state();
    }

    /** The input of an evaluation of a shadow with these blocks alone. */
    public static EvaluationInput input(OutcomePlan plan, List<OutcomeBlock> blocks) {
        return new EvaluationInput(
                "t", 1, Mode.SHADOW, Guardrails.USUAL, List.of(), List.of(), plan, new OutcomeEvidence(1, blocks));
    }
}
