package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.PairStretches;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.simulation.SimulatedRow.Withheld;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the database counts of one generation and one pair of versions. */
final class GenerationTally {

    private static final String CONTROL = "000000000000";

    private final long generation;
    private final @Nullable Double split;
    private final int version;
    private final Groups assigned = new Groups();
    private final Groups stored = new Groups();
    private final Groups units = new Groups();
    private final FailureTally failures;
    private final AnswerTally control = new AnswerTally();
    private final AnswerTally treatment = new AnswerTally();
    private final AnswerTally pairedControl = new AnswerTally();
    private final AnswerTally pairedTreatment = new AnswerTally();
    private final BlockTally blocks = new BlockTally();
    private final ClusterTally clusters = new ClusterTally();
    private long withheld;
    private long pairs;
    private long agreeing;
    private double deltas;
    private double deltaSquares;

    GenerationTally(long generation, @Nullable Double split, int version) {
        this.generation = generation;
        this.split = split;
        this.version = version;
        this.failures = new FailureTally(split == null, version, blocks);
    }

    private static final class Groups {

        private long control;
        private long treatment;
        private long shadow;

        private void add(@Nullable Variant variant) {
            control += variant == Variant.CONTROL ? 1 : 0;
            treatment += variant == Variant.TREATMENT ? 1 : 0;
            shadow += variant == null ? 1 : 0;
        }

        private GenerationEvidence.Groups groups() {
            return new GenerationEvidence.Groups(control, treatment, shadow);
        }
    }

    long generation() {
        return generation;
    }

    @Nullable Double split() {
        return split;
    }

    int version() {
        return version;
    }

    /** A request before any could get lost. */
    void assigned(@Nullable Variant variant) {
        assigned.add(variant);
    }

    /**
     * A stored row.
     *
     * @param spoilt whether the replica was fenced in a part of its minute: then it counts for neither model
     */
    void add(SimulatedRow row, boolean spoilt) {
        stored.add(row.assigned());
        if (row.assigned() != null && row.unit().first()) {
            units.add(row.assigned());
        }
        withheld += row.withheld(Withheld.FENCED) ? 1 : 0;
        if (!spoilt) {
            blocks.row(row);
            clusters.row(row, version);
            failures.add(row);
            own(row);
            pair(row);
        }
    }

    /** Answers of the models to their own requests; in a shadow both have all of them. */
    private void own(SimulatedRow row) {
        SimulatedPass ofControl = row.control();
        if (ofControl != null && row.assigned() != Variant.TREATMENT) {
            control.add(ofControl, true);
            cluster(ofControl, !ofControl.crashed(), Quantity.CONTROL_CONFIDENCE, Quantity.CONTROL_LATENCY);
        }
        SimulatedPass ofTreatment = row.treatment();
        if (ofTreatment != null && row.assigned() != Variant.CONTROL) {
            treatment.add(ofTreatment, !ofTreatment.late());
            cluster(ofTreatment, !ofTreatment.failed(), Quantity.TREATMENT_CONFIDENCE, Quantity.TREATMENT_LATENCY);
        }
    }

    private void cluster(SimulatedPass pass, boolean answered, Quantity confidence, Quantity latency) {
        if (answered) {
            clusters.add(confidence, pass.confidence());
            clusters.add(latency, pass.logLatency());
        }
    }

    private void pair(SimulatedRow row) {
        SimulatedPass ofControl = row.control();
        SimulatedPass ofTreatment = row.treatment();
        if (ofControl == null || ofTreatment == null || ofControl.crashed() || ofTreatment.crashed()) {
            return;
        }
        if (!row.shadow()) {
            pairedControl.latency(ofControl);
            pairedTreatment.latency(ofTreatment);
        }
        // the caller of control waits for an answer that comes after treatment's deadline
        if (!ofTreatment.late()) {
            double delta = ofTreatment.confidence() - ofControl.confidence();
            pairs++;
            agreeing += row.agrees() ? 1 : 0;
            deltas += delta;
            deltaSquares += delta * delta;
            blocks.pair(row.agrees());
            row.unit().pair(row.agrees());
            clusters.add(Quantity.AGREEMENT, row.agrees() ? 1 : 0);
            clusters.add(Quantity.CONFIDENCE_DELTA, delta);
        }
    }

    /** @param minute it is now, counted from the beginning */
    GenerationEvidence evidence(long minute) {
        blocks.fold(minute);
        List<Block> inOrder = blocks.blocks();
        List<LatencyCount> latencies = new ArrayList<>();
        control.latencies(Variant.CONTROL, latencies);
        treatment.latencies(Variant.TREATMENT, latencies);
        List<LatencyCount> paired = new ArrayList<>();
        pairedControl.latencies(Variant.CONTROL, paired);
        pairedTreatment.latencies(Variant.TREATMENT, paired);
        String digest = "%012d".formatted(version);
        GenerationEvidence evidence = new GenerationEvidence(
                generation,
                split,
                assigned.groups(),
                stored.groups(),
                new GenerationEvidence.Units(units.control, units.treatment),
                failures.failures(),
                control.arm(),
                treatment.arm(),
                new ResultSums.Pairs(pairs, agreeing, deltas, deltaSquares, 0, 0),
                new GenerationEvidence.Noise(0, 0),
                latencies,
                asked(inOrder),
                new GenerationEvidence.Versions(CONTROL, digest, "control@1#" + CONTROL, "treatment@1#" + digest),
                paired,
                inOrder,
                clusters.clusterings());
        return PairStretches.sayMore(evidence)
                ? evidence.withClusterings(PairStretches.of(clusters.stretches()))
                : evidence;
    }

    private GenerationEvidence.Asked asked(List<Block> inOrder) {
        return new GenerationEvidence.Asked(
                failures.paired(),
                withheld,
                inOrder.stream().mapToLong(block -> block.control().requests()).sum(),
                inOrder.stream()
                        .mapToLong(block -> block.treatment().requests())
                        .sum());
    }
}
