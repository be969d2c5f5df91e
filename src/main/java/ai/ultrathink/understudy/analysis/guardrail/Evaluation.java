package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.List;
import java.util.Optional;

/**
 * Result of comparing an experiment's guardrails with its evidence.
 *
 * @param verdict the recommendation
 * @param reasons in words, the deciding ones first
 * @param results one for each guardrail metric, in the order of the metrics; none for outcomes without a plan for them
 */
public record Evaluation(Verdict verdict, List<String> reasons, List<GuardrailResult> results) {

    public Evaluation {
        reasons = List.copyOf(reasons);
        results = List.copyOf(results);
    }

    /** The result of one metric. */
    public GuardrailResult of(GuardrailMetric metric) {
        return find(metric).orElseThrow();
    }

    /** The result of one metric, if it was asked for. */
    public Optional<GuardrailResult> find(GuardrailMetric metric) {
        return results.stream()
                .filter(result -> result.guardrail().metric() == metric)
                .findFirst();
    }
}
