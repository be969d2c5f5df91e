package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Phases;
import java.util.List;
import java.util.stream.Stream;

/**
 * Figures of a report in addition to the guardrails. They decide nothing.
 *
 * @param confidence confidence of each interval on its own, such as 0.95; every interval is valid at every look
 * @param each the figures in the order of the report
 */
public record ReportMetrics(double confidence, List<ReportMetric> each) {

    private static final double CONFIDENCE = 0.95;

    static final double ALPHA = 1 - CONFIDENCE;

    /** An interval that is asymptotic is not shown below this number, nor its p-value: four equal numbers would look certain. */
    static final long FEWEST_REQUESTS = 100;

    public ReportMetrics {
        each = List.copyOf(each);
    }

    /** All figures, in order, also those that have no data yet. */
    public static ReportMetrics of(EvaluationInput evidence) {
        Phases phases = Phases.of(evidence);
        return new ReportMetrics(
                CONFIDENCE,
                Stream.of(
                                SampleMetrics.of(phases),
                                AnswerMetrics.of(phases),
                                LatencyMetrics.of(phases.compared()),
                                FailureMetrics.of(phases))
                        .flatMap(List::stream)
                        .toList());
    }
}
