package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.Latencies;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.util.List;

/** Answers of one model, and how long its forward passes took. */
final class AnswerTally {

    private final long[] buckets = new long[LogHistogram.LAST_BUCKET - LogHistogram.FIRST_BUCKET + 1];
    private long count;
    private double confidences;
    private double confidenceSquares;
    private double latencies;
    private double latencySquares;

    /**
     * A pass that did not end in time lies in the last bucket.
     *
     * @param answered whether its answer was waited for all the same
     */
    void add(SimulatedPass pass, boolean answered) {
        if (pass.crashed()) {
            return;
        }
        latency(pass);
        if (answered) {
            count++;
            confidences += pass.confidence();
            confidenceSquares += pass.confidence() * pass.confidence();
            double millis = Math.exp(pass.logLatency());
            latencies += millis;
            latencySquares += millis * millis;
        }
    }

    void latency(SimulatedPass pass) {
        int bucket = pass.late() ? LogHistogram.LAST_BUCKET : Latencies.bucketOfLogarithm(pass.logLatency());
        buckets[bucket - LogHistogram.FIRST_BUCKET]++;
    }

    GenerationEvidence.Arm arm() {
        return new GenerationEvidence.Arm(
                count,
                confidences,
                confidenceSquares,
                latencies,
                latencySquares,
                new GenerationEvidence.Batches(0, 0, 0));
    }

    void latencies(Variant arm, List<LatencyCount> counts) {
        for (int index = 0; index < buckets.length; index++) {
            if (buckets[index] > 0) {
                counts.add(new LatencyCount(arm, LogHistogram.FIRST_BUCKET + index, buckets[index]));
            }
        }
    }
}
