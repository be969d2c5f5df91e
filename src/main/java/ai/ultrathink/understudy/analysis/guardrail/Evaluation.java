package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.List;

/**
 * What the evidence of a test says.
 *
 * @param verdict what should be done
 * @param reasons in words, the deciding ones first
 * @param results one for each measure, in the order of the measures
 */
public record Evaluation(Verdict verdict, List<String> reasons, List<GuardrailResult> results) {

    public Evaluation {
        reasons = List.copyOf(reasons);
        results = List.copyOf(results);
    }

    /** The finding of a measure. */
    public GuardrailResult of(GuardrailMetric metric) {
        return results.stream()
                .filter(finding -> finding.guardrail().metric() == metric)
                .findFirst()
                .orElseThrow();
    }
}
