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

    /** Looks after a bet has reached its threshold: what else may be in the way comes and goes slowly. */
    private static final int MOST_LOOKS = 100;

    /** Looks after each block. Bets never take back what they have shown, so the first look that can decide is searched. */
    public static OutcomeLook ever(OutcomePlan plan, List<OutcomeBlock> blocks) {
        return new OutcomeLook(ever(plan, blocks, GuardrailState.BREACHED), ever(plan, blocks, GuardrailState.PASSED));
    }

    private static boolean ever(OutcomePlan plan, List<OutcomeBlock> blocks, GuardrailState wanted) {
        if (!shown(plan, blocks, wanted)) {
            return false;
        }
        int before = 0;
        int from = blocks.size();
        while (from - before > 1) {
            int middle = (before + from) / 2;
            if (shown(plan, blocks.subList(0, middle), wanted)) {
                from = middle;
            } else {
                before = middle;
            }
        }
        int step = Math.max(1, (blocks.size() - from) / MOST_LOOKS);
        for (int look = from; look <= blocks.size(); look += step) {
            if (state(plan, blocks.subList(0, look)) == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Whether the bet alone has reached its threshold. */
    private static boolean shown(OutcomePlan plan, List<OutcomeBlock> blocks, GuardrailState wanted) {
        GuardrailCheck check = OutcomeCheck.of(plan, input(plan, blocks));
        return wanted == GuardrailState.BREACHED ? check.crossed() : check.kept();
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
