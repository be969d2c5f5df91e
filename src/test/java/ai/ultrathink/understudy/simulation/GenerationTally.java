package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the database would have counted of one generation. */
final class GenerationTally {

    private static final double LOG_GAMMA = Math.log(1.01 / 0.99);

    final long generation;
    final @Nullable Double split;

    long assignedControl;
    long assignedTreatment;
    long assignedShadow;
    long storedControl;
    long storedTreatment;
    long storedShadow;
    long unitsControl;
    long unitsTreatment;
    long failedControl;
    long failedTreatment;
    long failedControlOnly;
    long failedTreatmentOnly;
    long failedBoth;
    long asked;
    long pairs;
    long agreeing;
    private double deltas;
    private double deltaSquares;
    private final Answers control = new Answers();
    private final Answers treatment = new Answers();
    private final Answers pairedControl = new Answers();
    private final Answers pairedTreatment = new Answers();

    GenerationTally(long generation, @Nullable Double split) {
        this.generation = generation;
        this.split = split;
    }

    private static final class Answers {

        private final long[] buckets = new long[LogHistogram.LAST_BUCKET - LogHistogram.FIRST_BUCKET + 1];
        private long count;
        private double confidences;
        private double confidenceSquares;
        private double latencies;
        private double latencySquares;

        void add(double confidence, double logLatency) {
            int bucket = Math.clamp(
                    (int) Math.ceil(logLatency / LOG_GAMMA), LogHistogram.FIRST_BUCKET, LogHistogram.LAST_BUCKET);
            buckets[bucket - LogHistogram.FIRST_BUCKET]++;
            count++;
            confidences += confidence;
            confidenceSquares += confidence * confidence;
            double latency = Math.exp(logLatency);
            latencies += latency;
            latencySquares += latency * latency;
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

    void answer(Variant arm, double confidence, double logLatency) {
        (arm == Variant.CONTROL ? control : treatment).add(confidence, logLatency);
    }

    void pair(boolean same, double confidenceDelta) {
        pairs++;
        agreeing += same ? 1 : 0;
        deltas += confidenceDelta;
        deltaSquares += confidenceDelta * confidenceDelta;
    }

    /** Both answers of a pair in a split; its latencies are kept apart from the arms'. */
    void pairOfSplit(boolean same, double confidenceDelta, double controlLogLatency, double treatmentLogLatency) {
        pair(same, confidenceDelta);
        pairedControl.add(0, controlLogLatency);
        pairedTreatment.add(0, treatmentLogLatency);
    }

    GenerationEvidence evidence() {
        List<LatencyCount> latencies = new ArrayList<>();
        control.latencies(Variant.CONTROL, latencies);
        treatment.latencies(Variant.TREATMENT, latencies);
        List<LatencyCount> paired = new ArrayList<>();
        pairedControl.latencies(Variant.CONTROL, paired);
        pairedTreatment.latencies(Variant.TREATMENT, paired);
        return new GenerationEvidence(
                generation,
                split,
                new GenerationEvidence.Groups(assignedControl, assignedTreatment, assignedShadow),
                new GenerationEvidence.Groups(storedControl, storedTreatment, storedShadow),
                new GenerationEvidence.Units(unitsControl, unitsTreatment),
                new GenerationEvidence.Failures(
                        failedControl,
                        failedTreatment,
                        failedControlOnly,
                        failedTreatmentOnly,
                        failedBoth,
                        failedTreatment + failedTreatmentOnly + failedBoth,
                        0,
                        0,
                        0,
                        0),
                control.arm(),
                treatment.arm(),
                new ResultSums.Pairs(pairs, agreeing, deltas, deltaSquares, 0, 0),
                new GenerationEvidence.Noise(0, 0),
                latencies,
                new GenerationEvidence.Asked(asked, 0),
                GenerationEvidence.Versions.UNKNOWN,
                paired);
    }
}
