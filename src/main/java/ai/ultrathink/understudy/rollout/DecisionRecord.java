package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;

/**
 * Record of an automatic decision: its input and its evaluation. Stored with the event, so that the decision can be
 * evaluated again.
 *
 * @param statisticsVersion version of the evaluator
 * @param input counts, limits and configuration
 * @param evaluation the result
 */
record DecisionRecord(int statisticsVersion, EvaluationInput input, Evaluation evaluation) {

    /** Evaluates an experiment as it is configured now. */
    static DecisionRecord on(Experiment experiment, List<GenerationEvidence> evidence, List<KeptEvidence> kept) {
        return on(new EvaluationInput(
                experiment.testId(),
                experiment.generation(),
                experiment.mode(),
                experiment.guardrails(),
                evidence,
                kept));
    }

    static DecisionRecord on(EvaluationInput input) {
        return new DecisionRecord(GuardrailEvaluator.VERSION, input, GuardrailEvaluator.evaluate(input));
    }
}
