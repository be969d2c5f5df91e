package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import java.util.List;

/**
 * Everything that a judgement rests on, and nothing else: whoever has it can judge again. Kept with every automatic decision.
 *
 * @param testId the test
 * @param generation its configuration when it was judged
 * @param mode its mode then
 * @param guardrails its limits then
 * @param evidence what each generation has shown, oldest first
 */
public record EvaluationInput(
        String testId, long generation, Mode mode, Guardrails guardrails, List<GenerationEvidence> evidence) {

    public EvaluationInput {
        evidence = List.copyOf(evidence);
    }
}
