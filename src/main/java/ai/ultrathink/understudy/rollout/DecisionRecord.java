package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;

/**
 * What an automatic decision rested on, and what it said. Kept with its event, so that anybody can judge again.
 *
 * @param statisticsVersion of the judge
 * @param input counts, limits and configuration
 * @param evaluation what the judge made of them
 */
record DecisionRecord(int statisticsVersion, EvaluationInput input, Evaluation evaluation) {

    /** On a test as it is configured now. */
    static DecisionRecord on(Experiment experiment, List<GenerationEvidence> evidence) {
        return on(new EvaluationInput(
                experiment.testId(), experiment.generation(), experiment.mode(), experiment.guardrails(), evidence));
    }

    static DecisionRecord on(EvaluationInput input) {
        return new DecisionRecord(GuardrailEvaluator.VERSION, input, GuardrailEvaluator.judge(input));
    }
}
