package ai.ultrathink.understudy.analysis.window;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a test in a window of time say. A figure without data is null, never 0 and never NaN.
 *
 * @param totalSamples rows
 * @param controlCount rows assigned to control
 * @param treatmentCount rows assigned to treatment, whoever answered them
 * @param shadowCount shadow rows
 * @param controlModelVersions what was control in that time, oldest first, as {@code name@version#digest}
 * @param treatmentModelVersions what was treatment in that time
 */
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

    /** The two arms and how they compare. */
    public record Metrics(Arm control, Arm treatment, Comparison comparison) {}

    /**
     * One arm. Means and quantiles are over the answers of the arm's own model; latencies are in milliseconds.
     *
     * @param errorCount rows of the arm whose model failed, was too late or was refused
     * @param fallbackCount rows of the arm that control answered instead
     */
    public record Arm(
            @Nullable Double avgConfidence,
            @Nullable Double avgLatencyMs,
            @Nullable Double stddevLatencyMs,
            @Nullable Double p50LatencyMs,
            @Nullable Double p95LatencyMs,
            @Nullable Double p99LatencyMs,
            long errorCount,
            long fallbackCount) {}

    /**
     * Treatment minus control. Where both answered the same requests (a shadow, pairs of a split) the deltas are of these,
     * otherwise of the arms' means.
     *
     * @param agreementRate of the requests that both answered, how many got the same action
     * @param stddevConfidenceDelta of the pairs' differences; null without pairs
     */
    public record Comparison(
            @Nullable Double agreementRate,
            @Nullable Double avgConfidenceDelta,
            @Nullable Double stddevConfidenceDelta,
            @Nullable Double avgLatencyDeltaMs,
            @Nullable Double p95LatencyDeltaMs) {}
}
