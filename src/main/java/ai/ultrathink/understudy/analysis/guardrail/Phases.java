package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An experiment's evidence in phases, in the order in which they began. Evidence of other model versions is left out,
 * and so are generations in which treatment was disabled.
 *
 * @param all phases
 * @param drawn the same with all versions: how units are drawn does not depend on them
 * @param current the phase that the experiment is in; without rows of its present configuration, the last phase that
 *     has rows
 * @param compared the current phase, or the last one with answers of both models where the current one has those of one
 *     model only
 * @param concurrent the last phase in which both arms ran at the same time and answered, or null
 * @param shadow whether the experiment is a shadow, or was one when it last ran
 */
public record Phases(
        List<Phase> all,
        List<Phase> drawn,
        @Nullable Phase current,
        @Nullable Phase compared,
        @Nullable Phase concurrent,
        boolean shadow) {

    public static Phases of(EvaluationInput evidence) {
        PresentVersions versions = PresentVersions.of(evidence.evidence());
        List<GenerationEvidence> used = evidence.evidence().stream()
                .filter(each -> !each.idle() && !each.empty())
                .toList();
        List<Phase> all = phases(used.stream().filter(versions::covers).toList());
        Phase current = null;
        Phase lastCompared = null;
        Phase lastConcurrent = null;
        for (Phase phase : all) {
            if (current == null || !current.contains(evidence.generation())) {
                current = phase;
            }
            if (phase.concurrent() && phase.answers(Variant.CONTROL) > 0 && phase.answers(Variant.TREATMENT) > 0) {
                lastConcurrent = phase;
                lastCompared = phase;
            } else if (phase.byPairs() && phase.pairs() > 0) {
                lastCompared = phase;
            }
        }
        return new Phases(
                all,
                phases(used),
                current,
                current != null && (current.concurrent() || current.byPairs()) ? current : lastCompared,
                lastConcurrent,
                current == null ? evidence.mode() == Mode.SHADOW : current.shadow());
    }

    private static List<Phase> phases(List<GenerationEvidence> evidence) {
        List<GenerationEvidence> shadow =
                evidence.stream().filter(each -> each.configuredSplit() == null).toList();
        List<Phase> phases = new ArrayList<>();
        for (GenerationEvidence each : evidence) {
            boolean begun = phases.stream().anyMatch(phase -> phase.contains(each.generation()));
            if (!begun && each.configuredSplit() != null) {
                phases.add(new Phase(phases.size() + 1, each.configuredSplit(), ofGeneration(evidence, each)));
            } else if (!begun && each.generation() == shadow.getFirst().generation()) {
                phases.add(new Phase(phases.size() + 1, null, shadow));
            }
        }
        return List.copyOf(phases);
    }

    private static List<GenerationEvidence> ofGeneration(List<GenerationEvidence> evidence, GenerationEvidence split) {
        return evidence.stream()
                .filter(each -> each.generation() == split.generation() && each.configuredSplit() != null)
                .collect(Collectors.toUnmodifiableList());
    }

    /** The pairs of all phases, from shadows and from splits: the same requests on both sides, at all times. */
    public @Nullable Phase paired() {
        List<GenerationEvidence> paired = all.stream()
                .flatMap(phase -> phase.generations().stream())
                .filter(each -> each.pairs().count() > 0 || each.noise().pairs() > 0)
                .toList();
        return paired.isEmpty() ? null : new Phase(1, null, paired);
    }
}
