package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.Latencies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evidence of one generation, of which each test says what it is about. */
public final class EvidenceBuilder {

    private static final Instant START = Instant.parse("2026-11-28T09:00:00Z");

    private final long generation;
    private final @Nullable Double split;
    private GenerationEvidence.Groups assigned = new GenerationEvidence.Groups(0, 0, 0);
    private GenerationEvidence.Groups stored = new GenerationEvidence.Groups(0, 0, 0);
    private GenerationEvidence.Units units = new GenerationEvidence.Units(0, 0);
    private GenerationEvidence.Failures failures = new GenerationEvidence.Failures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private GenerationEvidence.Arm control = arm(0, 0, 0);
    private GenerationEvidence.Arm treatment = arm(0, 0, 0);
    private ResultSums.Pairs pairs = new ResultSums.Pairs(0, 0, 0, 0, 0, 0);
    private GenerationEvidence.Noise noise = new GenerationEvidence.Noise(0, 0);
    private GenerationEvidence.Asked asked = GenerationEvidence.Asked.NONE;
    private GenerationEvidence.Versions versions = GenerationEvidence.Versions.UNKNOWN;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Clustering> clusterings = new ArrayList<>();
    private final List<LatencyCount> latencies = new ArrayList<>();
    private final List<LatencyCount> pairedLatencies = new ArrayList<>();

    private EvidenceBuilder(long generation, @Nullable Double split) {
        this.generation = generation;
        this.split = split;
    }

    public static EvidenceBuilder shadow(long generation) {
        return new EvidenceBuilder(generation, null);
    }

    public static EvidenceBuilder split(long generation, double split) {
        return new EvidenceBuilder(generation, split);
    }

    public EvidenceBuilder assigned(long ofControl, long ofTreatment, long ofShadow) {
        assigned = new GenerationEvidence.Groups(ofControl, ofTreatment, ofShadow);
        return this;
    }

    public EvidenceBuilder rows(long ofControl, long ofTreatment) {
        stored = new GenerationEvidence.Groups(ofControl, ofTreatment, 0);
        return this;
    }

    public EvidenceBuilder shadows(long rows) {
        stored = new GenerationEvidence.Groups(0, 0, rows);
        return this;
    }

    public EvidenceBuilder units(long inControl, long inTreatment) {
        units = new GenerationEvidence.Units(inControl, inTreatment);
        return this;
    }

    public EvidenceBuilder failures(long ofControl, long ofTreatment) {
        failures = new GenerationEvidence.Failures(ofControl, ofTreatment, 0, 0, 0, ofTreatment, 0, 0, 0, 0);
        return this;
    }

    EvidenceBuilder failures(GenerationEvidence.Failures counts) {
        failures = counts;
        return this;
    }

    /** The order of time. */
    EvidenceBuilder blocks(List<Block> inOrder) {
        blocks.addAll(inOrder);
        return this;
    }

    /** Minutes with so many pairs each, of which so many agree. */
    EvidenceBuilder minutes(int count, long ofEach, long agreeing) {
        for (int minute = 0; minute < count; minute++) {
            blocks.add(new Block(
                    START.plus(Duration.ofMinutes(blocks.size())),
                    ofEach,
                    agreeing,
                    Block.Arm.NONE,
                    Block.Arm.NONE,
                    0,
                    0));
        }
        return this;
    }

    /** Groups of equal sizes, whose means differ by this standard deviation, as do the values within a group. */
    EvidenceBuilder groups(
            Quantity quantity, Grouping grouping, long groups, long size, double mean, double between, double within) {
        double count = groups * size;
        double sum = count * mean;
        double squares = count * (mean * mean + between * between + within * within);
        double groupSquares = groups * size * size * (mean * mean + between * between + within * within / size);
        clusterings.add(new Clustering(
                quantity, grouping, groups, groups * size, sum, squares, count * size, sum * size, groupSquares));
        return this;
    }

    EvidenceBuilder shadowFailures(long controlOnly, long treatmentOnly, long both, long guardOpen, long shed) {
        failures = new GenerationEvidence.Failures(
                0, 0, controlOnly, treatmentOnly, both, treatmentOnly + both, 0, 0, guardOpen, shed);
        return this;
    }

    /** Answers with a mean confidence and a spread of 0.1. */
    public EvidenceBuilder answers(
            long ofControl, double controlConfidence, long ofTreatment, double treatmentConfidence) {
        control = arm(ofControl, controlConfidence, 0.1);
        treatment = arm(ofTreatment, treatmentConfidence, 0.1);
        return this;
    }

    /** Pairs whose confidences differ by a mean, with a spread of 0.1. */
    public EvidenceBuilder pairs(long count, long agreeing, double confidenceDelta) {
        pairs = new ResultSums.Pairs(
                count, agreeing, count * confidenceDelta, count * (confidenceDelta * confidenceDelta + 0.01), 0, 0);
        return this;
    }

    public EvidenceBuilder pairs(ResultSums.Pairs sums) {
        pairs = sums;
        return this;
    }

    /** So many requests of a split both models were asked; in some just control failed, in some just treatment. */
    EvidenceBuilder paired(long requests, long controlOnly, long treatmentOnly) {
        asked = new GenerationEvidence.Asked(requests, asked.withheld(), asked.control(), asked.treatment());
        failures = new GenerationEvidence.Failures(
                failures.control(),
                failures.treatment(),
                controlOnly,
                treatmentOnly,
                0,
                failures.errors(),
                0,
                0,
                failures.guardOpen(),
                failures.shed());
        return this;
    }

    /** Requests for which the models ran. */
    EvidenceBuilder asked(long ofControl, long ofTreatment) {
        asked = new GenerationEvidence.Asked(asked.paired(), asked.withheld(), ofControl, ofTreatment);
        return this;
    }

    /** Requests that the service itself kept from the treatment. */
    EvidenceBuilder withheld(long requests) {
        asked = new GenerationEvidence.Asked(asked.paired(), requests, asked.control(), asked.treatment());
        return this;
    }

    /** Of models with these digests. */
    public EvidenceBuilder of(String controlDigest, String treatmentDigest) {
        versions = new GenerationEvidence.Versions(
                controlDigest, treatmentDigest, "bull@1#" + controlDigest, "bull_v2@1#" + treatmentDigest);
        return this;
    }

    /** Of the same models, from before digests were recorded. */
    public EvidenceBuilder withoutDigests() {
        versions = new GenerationEvidence.Versions("", "", "bull@1", "bull_v2@1");
        return this;
    }

    EvidenceBuilder treatment(GenerationEvidence.Arm sums) {
        treatment = sums;
        return this;
    }

    public EvidenceBuilder noise(long count, long agreeing) {
        noise = new GenerationEvidence.Noise(count, agreeing);
        return this;
    }

    /** As many forward passes of an arm at each of the milliseconds from 1 to 100, times a factor. */
    EvidenceBuilder latencies(Variant arm, long each, double factor) {
        for (int millis = 1; millis <= 100; millis++) {
            latencies.add(new LatencyCount(arm, Latencies.bucket(millis * factor), each));
        }
        return this;
    }

    /** The same, of the pairs of a split. */
    EvidenceBuilder pairedLatencies(Variant arm, long each, double factor) {
        for (int millis = 1; millis <= 100; millis++) {
            pairedLatencies.add(new LatencyCount(arm, Latencies.bucket(millis * factor), each));
        }
        return this;
    }

    EvidenceBuilder latency(LatencyCount count) {
        latencies.add(count);
        return this;
    }

    private static GenerationEvidence.Arm arm(long answers, double mean, double spread) {
        return new GenerationEvidence.Arm(
                answers,
                answers * mean,
                answers * (mean * mean + spread * spread),
                answers * 20.0,
                answers * 500.0,
                new GenerationEvidence.Batches(0, 0, 0));
    }

    public GenerationEvidence evidence() {
        return new GenerationEvidence(
                generation,
                split,
                assigned,
                stored,
                units,
                failures,
                control,
                treatment,
                pairs,
                noise,
                latencies,
                asked,
                versions,
                pairedLatencies,
                blocks,
                clusterings);
    }
}
