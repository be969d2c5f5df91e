package ai.ultrathink.understudy.analysis.outcome;

import ai.ultrathink.understudy.analysis.guardrail.OutcomeInterval;
import ai.ultrathink.understudy.analysis.guardrail.PresentVersions;
import ai.ultrathink.understudy.analysis.guardrail.RunningOutcomes;
import ai.ultrathink.understudy.evidence.ClosedBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.evidence.OutcomeFold;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The closed blocks of one experiment, for one plan and pair of versions. The last blocks are kept as they are, and of those before only
 * what they add up to. The blocks are folded at fixed places, so the same blocks give the same evidence however they were read.
 */
final class FoldedOutcomes {

    /** Blocks that are kept at least, once there are as many, and half of those that are kept at most. */
    static final int KEPT = 64;

    private final Key key;
    private final OutcomeInterval interval;
    private final List<ClosedBlock> recent = new ArrayList<>();
    private @Nullable OutcomeFold fold;
    private @Nullable OutcomeBlock unsound;
    private long closing;

    FoldedOutcomes(Key key) {
        this.key = key;
        this.interval = new OutcomeInterval(key.plan());
    }

    /**
     * What all of it depends on.
     *
     * @param since the generation in which the evidence began
     * @param plan the plan
     * @param versions the versions that the experiment has
     */
    record Key(long since, OutcomePlan plan, PresentVersions versions) {}

    Key key() {
        return key;
    }

    /** The number of the last closing that was added; 0 before the first. */
    synchronized long closing() {
        return closing;
    }

    /**
     * Adds the blocks of further closings; those that were added already are left out, as others may read at the same time.
     *
     * @param read in the order of their closings, with all parts of each
     * @param until the last closing that was looked for; some have no blocks
     */
    synchronized void add(List<ClosedBlock> read, long until) {
        @Nullable ClosedBlock whole = null;
        for (ClosedBlock part : read) {
            if (part.closing() <= closing || !key.versions().covers(part.block().versions())) {
                continue;
            }
            if (whole != null && whole.closing() == part.closing()) {
                whole = new ClosedBlock(part.closing(), whole.block().plus(part.block()));
            } else {
                add(whole);
                whole = part;
            }
        }
        add(whole);
        closing = Math.max(closing, until);
    }

    private void add(@Nullable ClosedBlock block) {
        if (block == null || unsound != null || late(block.block())) {
            return;
        }
        if (!RunningOutcomes.sound(block.block())) {
            unsound = block.block();
            return;
        }
        interval.add(block.block());
        recent.add(block);
        if (recent.size() == 2 * KEPT) {
            List<ClosedBlock> first = recent.subList(0, KEPT);
            fold = RunningOutcomes.fold(
                    key.plan(),
                    fold,
                    first.stream().map(ClosedBlock::block).toList(),
                    first.getLast().closing());
            first.clear();
        }
    }

    /** A block is tested once and in order: what another pair of digests adds to it afterwards comes too late. */
    private boolean late(OutcomeBlock block) {
        return !recent.isEmpty()
                && !block.start().isAfter(recent.getLast().block().start());
    }

    /** All that was added. */
    synchronized OutcomeEvidence evidence() {
        OutcomeBlock wrong = unsound;
        if (wrong != null) {
            return new OutcomeEvidence(key.since(), List.of(wrong));
        }
        return new OutcomeEvidence(
                key.since(),
                fold,
                recent.stream().map(ClosedBlock::block).toList(),
                fold == null ? null : interval.interval(),
                null);
    }
}
