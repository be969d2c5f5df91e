package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import java.util.List;

/**
 * Complete input of an evaluation, which can be repeated from it alone. Stored with every automatic decision.
 *
 * @param testId the experiment
 * @param generation the experiment's generation when it was evaluated
 * @param mode its mode then
 * @param guardrails its limits then
 * @param evidence the sums of each generation, oldest first
 */
public record EvaluationInput(
        String testId, long generation, Mode mode, Guardrails guardrails, List<GenerationEvidence> evidence) {

    public EvaluationInput {
        evidence = List.copyOf(evidence);
    }
}
