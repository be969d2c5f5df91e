package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.Moments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a test whose two arms may be compared: one generation of a split, or all shadow generations together. Arms of
 * one split are drawn over the same time; those of two splits are not, and comparing them would take a busy hour for an
 * effect. In a shadow both arms are the same requests, whenever they came.
 *
 * @param turn 1 for the test's first phase, 2 for the next
 * @param split treatment's fraction, or null for the shadow
 * @param generations that belong to it, oldest first
 */
public record Phase(int turn, @Nullable Double split, List<GenerationEvidence> generations) {

    public Phase {
        generations = List.copyOf(generations);
    }

    public boolean shadow() {
        return split == null;
    }

    /** Whether both arms were at work at the same time. */
    public boolean concurrent() {
        return split == null || (split > 0 && split < 1);
    }

    /** Whether every request was treatment's, so that control is there in pairs, if at all, and in its past. */
    boolean full() {
        return split != null && split == 1;
    }

    /** Whether all requests were one arm's, and some were to be answered by both models: then the pairs are what is compared. */
    boolean byPairs() {
        return !concurrent()
                && sum(each -> each.asked().paired() + each.failures().shed()) > 0;
    }

    /** Whether the two sides of the comparison are answers to the same requests. */
    public boolean dependent() {
        return shadow() || byPairs();
    }

    boolean contains(long generation) {
        return generations.stream().anyMatch(each -> each.generation() == generation);
    }

    /**
     * What this phase may use up of an α that is meant for all phases together: 1/2, 1/6, 1/12, …, which sum to 1 however many
     * will come.
     */
    double share() {
        return 1.0 / ((double) turn * (turn + 1));
    }

    public long sum(ToLongFunction<GenerationEvidence> count) {
        return generations.stream().mapToLong(count).sum();
    }

    public long pairs() {
        return sum(each -> each.pairs().count());
    }

    public GenerationEvidence.Arm[] arms(Variant variant) {
        return generations.stream().map(each -> arm(each, variant)).toArray(GenerationEvidence.Arm[]::new);
    }

    private static GenerationEvidence.Arm arm(GenerationEvidence evidence, Variant variant) {
        return variant == Variant.CONTROL ? evidence.control() : evidence.treatment();
    }

    public long answers(Variant variant) {
        return sum(each -> arm(each, variant).answers());
    }

    Moments confidence(Variant variant) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence.Arm arm : arms(variant)) {
            moments = moments.plus(Moments.ofSums(arm.answers(), arm.confidenceSum(), arm.confidenceSumOfSquares()));
        }
        return moments;
    }

    /** Forward passes to compare: the arms' own, or those of the pairs where one arm has no requests. */
    public LogHistogram latencies(Variant variant) {
        return latencies(variant, byPairs() ? GenerationEvidence::pairedLatencies : GenerationEvidence::latencies);
    }

    private LogHistogram latencies(Variant variant, Function<GenerationEvidence, List<LatencyCount>> which) {
        Map<Integer, Long> counts = new HashMap<>();
        for (GenerationEvidence generation : generations) {
            for (LatencyCount latency : which.apply(generation)) {
                if (latency.arm() == variant) {
                    counts.merge(latency.bucket(), latency.count(), Math::addExact);
                }
            }
        }
        return LogHistogram.of(counts);
    }
}
