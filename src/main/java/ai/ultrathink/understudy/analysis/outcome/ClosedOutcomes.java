package ai.ultrathink.understudy.analysis.outcome;

import ai.ultrathink.understudy.analysis.guardrail.OutcomeInterval;
import ai.ultrathink.understudy.analysis.guardrail.PresentVersions;
import ai.ultrathink.understudy.evidence.ClosedBlock;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.storage.outcomes.OutcomeBlocks;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of outcome plans on this replica. Each look reads the blocks that were closed since the last look, and none if there are
 * none. After a start, or with another plan or version of a model, all blocks are read again, in parts.
 */
@ApplicationScoped
public class ClosedOutcomes {

    /** Closings that are read at a time: they stay well within the time of a query. */
    private static final int PAGE = 2_000;

    /** Series of bets that are kept, of all experiments; one takes about 40 KB. Those that were looked at longest ago go first. */
    private static final int MOST_SERIES = 1_000;

    private final Source blocks;
    private final int most;
    private final Map<String, FoldedOutcomes> kept = new LinkedHashMap<>(16, 0.75f, true);

    @Inject
    ClosedOutcomes(OutcomeBlocks blocks) {
        this(
                new Source() {
                    @Override
                    public Uni<OutcomeBlocks.Closings> closings(String testId) {
                        return blocks.closings(testId);
                    }

                    @Override
                    public Uni<List<ClosedBlock>> closed(String testId, long since, long after, long count) {
                        return blocks.closed(testId, since, after, count);
                    }
                },
                MOST_SERIES);
    }

    ClosedOutcomes(Source blocks, int most) {
        this.blocks = blocks;
        this.most = most;
    }

    /** Where the blocks are read, as {@link OutcomeBlocks} does. */
    interface Source {

        Uni<OutcomeBlocks.Closings> closings(String testId);

        Uni<List<ClosedBlock>> closed(String testId, long since, long after, long count);
    }

    /**
     * The evidence of an experiment's plan; none, and no query, without a plan. Fails if the blocks cannot be read. What was read until then
     * is kept, so that the next look goes on from there.
     *
     * @param evidence of the experiment, which says which versions it has
     */
    public Uni<OutcomeEvidence> of(Experiment experiment, List<GenerationEvidence> evidence) {
        OutcomePlan plan = experiment.outcome();
        if (plan == null) {
            return Uni.createFrom().item(OutcomeEvidence.NONE);
        }
        PresentVersions versions = PresentVersions.of(evidence);
        return Uni.createFrom().deferred(() -> {
            Before before = before(experiment.testId());
            return blocks.closings(experiment.testId()).chain(closings -> {
                if (closings.equals(OutcomeBlocks.Closings.NONE)) {
                    return Uni.createFrom().item(OutcomeEvidence.NONE);
                }
                FoldedOutcomes folded = kept(
                        experiment.testId(),
                        new FoldedOutcomes.Key(closings.since(), plan, versions),
                        before,
                        closings.count());
                return read(experiment.testId(), folded, closings.count());
            });
        });
    }

    /**
     * What was kept before the closings were counted. Another look can add a block while they are, and then more is kept than was counted.
     *
     * @param folded what was kept, or null
     * @param closing the number of its last closing
     */
    private record Before(@Nullable FoldedOutcomes folded, long closing) {

        /** Whether the database has fewer closings than it had: it was set back. */
        boolean isBeyond(FoldedOutcomes known, long closings) {
            return known == folded && closing > closings;
        }
    }

    private Before before(String testId) {
        @Nullable FoldedOutcomes folded;
        synchronized (kept) {
            folded = kept.get(testId);
        }
        return new Before(folded, folded == null ? 0 : folded.closing());
    }

    private Uni<OutcomeEvidence> read(String testId, FoldedOutcomes folded, long until) {
        long after = folded.closing();
        if (after >= until) {
            return Uni.createFrom().item(folded::evidence);
        }
        long last = Math.min(until, after + PAGE);
        return blocks.closed(testId, folded.key().since(), after, last - after)
                // thousands of bets must not keep the thread that brought the blocks
                .emitOn(Infrastructure.getDefaultExecutor())
                .invoke(read -> folded.add(read, last))
                .chain(() -> read(testId, folded, until));
    }

    /** What is kept of an experiment; from the beginning where it rests on something else, or on a database that was since set back. */
    private FoldedOutcomes kept(String testId, FoldedOutcomes.Key key, Before before, long closings) {
        synchronized (kept) {
            FoldedOutcomes known = kept.get(testId);
            if (known == null || !known.key().equals(key) || before.isBeyond(known, closings)) {
                known = new FoldedOutcomes(key);
                kept.put(testId, known);
                dropOldest();
            }
            return known;
        }
    }

    private void dropOldest() {
        int series = kept.values().stream()
                .mapToInt(each -> OutcomeInterval.streams(each.key().plan()))
                .sum();
        Iterator<FoldedOutcomes> oldest = kept.values().iterator();
        while (series > most && kept.size() > 1) {
            series -= OutcomeInterval.streams(oldest.next().key().plan());
            oldest.remove();
        }
    }
}
