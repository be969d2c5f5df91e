package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.Moments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A period of an experiment whose two arms can be compared: adjacent generations with the same split, or all shadow
 * generations together. The arms of one split are drawn over the same time. Those of two splits are not, and a
 * comparison would mistake a busy hour for an effect. In a shadow both arms answer the same requests, at all times.
 *
 * @param turn 1 for the experiment's first phase, 2 for the next
 * @param split treatment's fraction, or null for the shadow
 * @param generations the generations of the phase, oldest first
 */
public record Phase(int turn, @Nullable Double split, List<GenerationEvidence> generations) {

    public Phase {
        generations = List.copyOf(generations);
    }

    /** The phase with one more generation. */
    Phase with(GenerationEvidence generation) {
        List<GenerationEvidence> more = new ArrayList<>(generations);
        more.add(generation);
        return new Phase(turn, split, more);
    }

    public boolean shadow() {
        return split == null;
    }

    /** Whether both arms ran at the same time. */
    public boolean concurrent() {
        return split == null || (split > 0 && split < 1);
    }

    /** Whether treatment had every request, so that control has only pairs, if any, and its past. */
    boolean full() {
        return split != null && split == 1;
    }

    /** Whether one arm had all requests and pairs were configured: then the pairs are compared. */
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
     * This phase's share of an α that is for all phases together: 1/2, 1/6, 1/12, …, which sum to 1 however many phases
     * follow.
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

    /** Forward passes of the pairs of a split. */
    LogHistogram pairedLatencies(Variant variant) {
        return latencies(variant, GenerationEvidence::pairedLatencies);
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
