package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.stats.Interval;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The closed blocks of an experiment's outcome plan: the last ones, and what is left of those before. So evidence stays small however
 * long a plan runs.
 *
 * @param since the generation in which this evidence began: the last one that changed the plan's positions, cost, clip, block or
 *     horizon. Blocks of before are not comparable and are left out
 * @param fold what is left of the first blocks, or null if there are none before {@code blocks}
 * @param blocks the blocks after these; of any versions and in any order where there is no fold
 * @param interval of the mean difference, over all blocks; null without a fold, because it then follows from the blocks. It is shown, and
 *     decides nothing
 * @param problem why the blocks could not be read, or null. Without them nothing is decided about outcomes
 */
public record OutcomeEvidence(
        long since,
        @Nullable OutcomeFold fold,
        List<OutcomeBlock> blocks,
        @Nullable Interval interval,
        @Nullable String problem) {

    /** No blocks yet, or no plan. */
    public static final OutcomeEvidence NONE = new OutcomeEvidence(0, List.of());

    public OutcomeEvidence {
        blocks = List.copyOf(Objects.requireNonNullElse(blocks, List.of()));
    }

    public OutcomeEvidence(long since, List<OutcomeBlock> blocks) {
        this(since, null, blocks, null, null);
    }

    /** What is known when the blocks cannot be read: nothing, and why. */
    public static OutcomeEvidence unread(String problem) {
        return new OutcomeEvidence(0, null, List.of(), null, problem);
    }
}
