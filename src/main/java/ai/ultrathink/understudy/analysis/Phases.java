package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A case's evidence in phases, in the order in which they began.
 *
 * @param all phases
 * @param current the phase that the test is in; without rows of its present configuration, the last one that has rows
 * @param compared the current phase, or the last one with answers of both arms where the current one has just one arm
 * @param rehearsing whether the test is, or was last, a shadow
 */
record Phases(
        List<Phase> all, @Nullable Phase current, @Nullable Phase compared, boolean rehearsing) {

    static Phases of(Case evidence) {
        List<Phase> all = phases(evidence.evidence());
        Phase current = null;
        Phase lastCompared = null;
        for (Phase phase : all) {
            if (current == null || !current.contains(evidence.generation())) {
                current = phase;
            }
            if (phase.concurrent() && phase.answers(Variant.CONTROL) > 0 && phase.answers(Variant.TREATMENT) > 0) {
                lastCompared = phase;
            }
        }
        return new Phases(
                all,
                current,
                current != null && current.concurrent() ? current : lastCompared,
                current == null ? evidence.mode() == Mode.SHADOW : current.shadow());
    }

    private static List<Phase> phases(List<GenerationEvidence> evidence) {
        List<GenerationEvidence> shadow =
                evidence.stream().filter(each -> each.configuredSplit() == null).toList();
        List<Phase> phases = new ArrayList<>();
        for (GenerationEvidence each : evidence) {
            if (each.configuredSplit() != null) {
                phases.add(new Phase(phases.size() + 1, each.configuredSplit(), List.of(each)));
            } else if (each.generation() == shadow.getFirst().generation()) {
                phases.add(new Phase(phases.size() + 1, null, shadow));
            }
        }
        return List.copyOf(phases);
    }

    /** The shadow, or null if the test never was one. */
    @Nullable Phase shadow() {
        return all.stream().filter(Phase::shadow).findFirst().orElse(null);
    }
}
