package ai.ultrathink.understudy.evidence;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The closed blocks of an experiment's outcome plan.
 *
 * @param since the generation in which this evidence began: the last one that changed the plan's positions, cost, clip, block or
 *     horizon. Blocks of before are not comparable and are left out
 * @param blocks of all versions, in any order
 * @param problem why the blocks could not be read, or null. Without them nothing is decided about outcomes
 */
public record OutcomeEvidence(
        long since, List<OutcomeBlock> blocks, @Nullable String problem) {

    /** No blocks yet, or no plan. */
    public static final OutcomeEvidence NONE = new OutcomeEvidence(0, List.of(), null);

    public OutcomeEvidence {
        blocks = List.copyOf(Objects.requireNonNullElse(blocks, List.of()));
    }

    public OutcomeEvidence(long since, List<OutcomeBlock> blocks) {
        this(since, blocks, null);
    }

    /** What is known when the blocks cannot be read: nothing, and why. */
    public static OutcomeEvidence unread(String problem) {
        return new OutcomeEvidence(0, List.of(), problem);
    }
}
