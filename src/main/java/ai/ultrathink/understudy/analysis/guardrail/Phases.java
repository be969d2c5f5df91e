package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.ArrayList;
import java.util.List;
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
        List<Phase> all = phases(
                used.stream().filter(versions::covers).filter(Phases::asked).toList());
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

    /**
     * Whether treatment was asked, or was not to be. Of a split whose treatment has had no request yet, or was withheld
     * before any arrived, nothing can be compared.
     */
    private static boolean asked(GenerationEvidence shown) {
        Double split = shown.configuredSplit();
        return split == null
                || split == 0
                || shown.stored().control() == 0
                || shown.stored().treatment() - shown.asked().withheld() > 0
                || shown.treatment().answers() > 0
                || shown.asked().paired() + shown.failures().shed() > 0;
    }

    /**
     * Adjacent generations with the same split are one phase: a changed description or limit begins nothing new. All
     * shadow generations are one phase, wherever they lie.
     */
    private static List<Phase> phases(List<GenerationEvidence> evidence) {
        List<GenerationEvidence> shadow =
                evidence.stream().filter(each -> each.configuredSplit() == null).toList();
        List<Phase> phases = new ArrayList<>();
        Double before = null;
        boolean shadowed = false;
        for (GenerationEvidence each : evidence) {
            Double split = each.configuredSplit();
            if (split != null && split.equals(before)) {
                phases.add(phases.removeLast().with(each));
            } else if (split != null) {
                phases.add(new Phase(phases.size() + 1, split, List.of(each)));
            } else if (!shadowed) {
                shadowed = true;
                phases.add(new Phase(phases.size() + 1, null, shadow));
            }
            before = split;
        }
        return List.copyOf(phases);
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
