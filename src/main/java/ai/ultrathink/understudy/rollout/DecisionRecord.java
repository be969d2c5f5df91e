package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;

/**
 * Record of an automatic decision: its input and its evaluation. Stored with the event, so that the decision can be
 * evaluated again.
 *
 * @param statisticsVersion version of the evaluator
 * @param input counts, limits and configuration
 * @param evaluation the result
 */
record DecisionRecord(int statisticsVersion, EvaluationInput input, Evaluation evaluation) {

    static DecisionRecord on(EvaluationInput input) {
        return new DecisionRecord(GuardrailEvaluator.VERSION, input, GuardrailEvaluator.evaluate(input));
    }
}
