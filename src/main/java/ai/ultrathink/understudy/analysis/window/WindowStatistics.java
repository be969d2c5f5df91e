package ai.ultrathink.understudy.analysis.window;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of an experiment's rows in a window of time. A figure without data is null, never 0 and never NaN.
 *
 * @param totalSamples rows
 * @param controlCount rows assigned to control
 * @param treatmentCount rows assigned to treatment, whichever model answered them
 * @param shadowCount shadow rows
 * @param controlModelVersions versions of control in that window, oldest first, as {@code name@version#digest}
 * @param treatmentModelVersions versions of treatment in that window
 */
@Schema(name = "TestStatistics")
public record WindowStatistics(
        String testId,
        int timeWindowHours,
        long totalSamples,
        long controlCount,
        long treatmentCount,
        long shadowCount,
        List<String> controlModelVersions,
        List<String> treatmentModelVersions,
        Metrics metrics) {

    public WindowStatistics {
        controlModelVersions = List.copyOf(controlModelVersions);
        treatmentModelVersions = List.copyOf(treatmentModelVersions);
    }

    /** The two arms and their comparison. */
    public record Metrics(Arm control, Arm treatment, Comparison comparison) {}

    /**
     * Statistics of one arm. Means and quantiles are over the answers of the arm's own model; latencies are in
     * milliseconds.
     *
     * @param errorCount rows of the arm whose model failed, timed out or was rejected
     * @param fallbackCount rows of the arm that control answered instead
     * @param outcomeCount decisions of the arm, under an outcome plan, whose realised outcome is known
     * @param meanOutcome what these earned on average, as a fraction
     * @param hitRate of those with another position than 0, the fraction that gained before costs
     * @param outcomeCoverage the fraction of the arm's decisions that have a realised outcome
     */
    public record Arm(
            @Nullable Double avgConfidence,
            @Nullable Double avgLatencyMs,
            @Nullable Double stddevLatencyMs,
            @Nullable Double p50LatencyMs,
            @Nullable Double p95LatencyMs,
            @Nullable Double p99LatencyMs,
            long errorCount,
            long fallbackCount,
            long outcomeCount,
            @Nullable Double meanOutcome,
            @Nullable Double hitRate,
            @Nullable Double outcomeCoverage) {}

    /**
     * Differences, treatment minus control. Where both models answered the same requests (a shadow, or pairs of a
     * split) the differences are within these, otherwise of the arms' means.
     *
     * @param agreementRate fraction of the requests answered by both models for which they chose the same action
     * @param stddevConfidenceDelta standard deviation of the differences within pairs; null without pairs
     * @param meanOutcomeDelta mean difference of what the models earned, per decision with a realised outcome
     * @param outcomeCoverage the fraction of decisions that have a realised outcome
     * @param outcomeCoverageAgreeing of the decisions for which both models chose the same action
     * @param outcomeCoverageDisagreeing of those for which they did not
     * @param lateOutcomes outcomes of single requests that came after their block was closed; they are in none of these figures
     * @param meanOutcomeDeltaNow what {@code meanOutcomeDelta} would be with these; it is not evaluated. Null if nothing came
     */
    public record Comparison(
            @Nullable Double agreementRate,
            @Nullable Double avgConfidenceDelta,
            @Nullable Double stddevConfidenceDelta,
            @Nullable Double avgLatencyDeltaMs,
            @Nullable Double p95LatencyDeltaMs,
            @Nullable Double meanOutcomeDelta,
            @Nullable Double outcomeCoverage,
            @Nullable Double outcomeCoverageAgreeing,
            @Nullable Double outcomeCoverageDisagreeing,
            long lateOutcomes,
            @Nullable Double meanOutcomeDeltaNow) {}
}
