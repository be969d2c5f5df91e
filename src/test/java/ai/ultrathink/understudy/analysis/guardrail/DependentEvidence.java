package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Evidence with the order of its pairs, and with how its requests depend on each other. */
final class DependentEvidence {

    private static final Instant START = Instant.parse("2026-11-28T09:00:00Z");

    private final GenerationEvidence evidence;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Clustering> clusterings = new ArrayList<>();

    DependentEvidence(EvidenceBuilder evidence) {
        this.evidence = evidence.evidence();
    }

    /** Minutes with so many pairs each, of which so many agree. */
    DependentEvidence minutes(int count, long pairs, long agreeing) {
        Block.Arm none = new Block.Arm(0, 0, 0);
        for (int minute = 0; minute < count; minute++) {
            blocks.add(new Block(START.plus(Duration.ofMinutes(blocks.size())), 1, pairs, agreeing, none, none, 0, 0));
        }
        return this;
    }

    /** Groups of equal sizes, whose means differ by this standard deviation, as do the values within a group. */
    DependentEvidence groups(
            Quantity quantity, Grouping grouping, long groups, long size, double mean, double between, double within) {
        double count = groups * size;
        double sum = count * mean;
        double squares = count * (mean * mean + between * between + within * within);
        double groupSquares = groups * size * size * (mean * mean + between * between + within * within / size);
        clusterings.add(new Clustering(
                quantity, grouping, groups, groups * size, sum, squares, count * size, sum * size, groupSquares));
        return this;
    }

    GenerationEvidence evidence() {
        return new GenerationEvidence(
                evidence.generation(),
                evidence.configuredSplit(),
                evidence.assigned(),
                evidence.stored(),
                evidence.units(),
                evidence.failures(),
                evidence.control(),
                evidence.treatment(),
                evidence.pairs(),
                evidence.noise(),
                evidence.latencies(),
                evidence.asked(),
                evidence.versions(),
                evidence.pairedLatencies(),
                blocks,
                clusterings);
    }
}
