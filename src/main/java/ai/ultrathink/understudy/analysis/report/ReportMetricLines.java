package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Phases;
import java.util.List;
import java.util.stream.Stream;

/** The lines of a report, in order. */
final class ReportMetricLines {

    /** Of each interval alone. */
    static final double CONFIDENCE = 0.95;

    static final double ALPHA = 1 - CONFIDENCE;

    /** An interval that is asymptotic is none below, nor is its p-value: four equal numbers would seem to be certain. */
    static final long FEWEST_REQUESTS = 100;

    private ReportMetricLines() {}

    static List<ReportMetric> of(EvaluationInput evidence) {
        Phases phases = Phases.of(evidence);
        return Stream.of(
                        SampleMetrics.of(phases),
                        AnswerMetrics.of(phases),
                        LatencyMetrics.of(phases.compared()),
                        FailureMetrics.of(phases))
                .flatMap(List::stream)
                .toList();
    }
}
