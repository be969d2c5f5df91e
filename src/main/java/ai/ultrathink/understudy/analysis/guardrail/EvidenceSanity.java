package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.stats.LogHistogram;

/** Consistency checks of evidence. Inconsistent figures are a defect of the service, and decide nothing. */
public final class EvidenceSanity {

    private EvidenceSanity() {}

    /** Whether one count can be part of the other. */
    public static boolean part(long part, long whole) {
        return part >= 0 && part <= whole;
    }

    static boolean confidences(GenerationEvidence.Arm arm) {
        return sums(arm.answers(), arm.confidenceSum(), arm.confidenceSumOfSquares());
    }

    public static boolean latencies(GenerationEvidence.Arm arm) {
        return sums(arm.answers(), arm.latencySum(), arm.latencySumOfSquares());
    }

    public static boolean batches(GenerationEvidence.Batches batches) {
        return sums(batches.count(), batches.sum(), batches.sumOfSquares());
    }

    static boolean confidences(ResultSums.Pairs pairs) {
        return sums(pairs.count(), pairs.confidenceDeltaSum(), pairs.confidenceDeltaSumOfSquares());
    }

    public static boolean latencies(ResultSums.Pairs pairs) {
        return sums(pairs.count(), pairs.latencyDeltaSum(), pairs.latencyDeltaSumOfSquares());
    }

    public static boolean buckets(Phase phase) {
        return phase.generations().stream()
                .flatMap(each -> each.latencies().stream())
                .allMatch(latency -> latency.count() >= 0
                        && latency.bucket() >= LogHistogram.FIRST_BUCKET
                        && latency.bucket() <= LogHistogram.LAST_BUCKET);
    }

    private static boolean sums(long count, double sum, double sumOfSquares) {
        return count >= 0 && Double.isFinite(sum) && Double.isFinite(sumOfSquares) && sumOfSquares >= 0;
    }
}
