package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import java.util.List;

/**
 * What a report shows beside the guardrails. Nothing is decided by these.
 *
 * @param confidence of each interval alone, such as 0.95; every interval holds at every look
 * @param each in the order of a report
 */
public record ReportMetrics(double confidence, List<ReportMetric> each) {

    public ReportMetrics {
        each = List.copyOf(each);
    }

    /** The figures of a case: all of them, also those that have no data yet. */
    public static ReportMetrics of(EvaluationInput evidence) {
        return new ReportMetrics(ReportMetricLines.CONFIDENCE, ReportMetricLines.of(evidence));
    }
}
