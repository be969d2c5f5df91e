package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Phases;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a report shows beside the guardrails. Nothing is decided by these.
 *
 * @param confidence of each interval alone, such as 0.95; every interval holds at every look
 * @param each in the order of a report
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
