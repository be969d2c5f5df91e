package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Measure;
import java.util.List;

/**
 * What the evidence of a test says.
 *
 * @param verdict what should be done
 * @param reasons in words, the deciding ones first
 * @param findings one for each measure, in the order of the measures
 */
public record Judgement(Verdict verdict, List<String> reasons, List<Finding> findings) {

    public Judgement {
        reasons = List.copyOf(reasons);
        findings = List.copyOf(findings);
    }

    /** The finding of a measure. */
    public Finding of(Measure measure) {
        return findings.stream()
                .filter(finding -> finding.guardrail().measure() == measure)
                .findFirst()
                .orElseThrow();
    }
}
