package ai.ultrathink.understudy.analysis.outcome;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.analysis.guardrail.PresentVersions;
import ai.ultrathink.understudy.evidence.ClosedBlock;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.storage.outcomes.OutcomeBlocks.Closings;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClosedOutcomesTest {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final OutcomePlan PLAN = new OutcomePlan(
            Map.of("BUY", 1.0, "HOLD", 0.0, "SELL", -1.0),
            0.0001,
            0.05,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            -0.0001,
            GuardrailAction.ROLL_BACK,
            OutcomePromotion.NOT_WORSE,
            OutcomePlan.USUAL_ALPHA);
    private static final Experiment EXPERIMENT = new Experiment(
                    "t",
                    "bull",
                    "bull_v2",
                    new Split(0.1),
                    Mode.SHADOW,
                    true,
                    false,
                    "",
                    ManualTime.START,
                    1,
                    null,
                    null,
                    Guardrails.USUAL)
            .withOutcome(PLAN);

    private final FakeBlocks blocks = new FakeBlocks();
    private final ClosedOutcomes outcomes = new ClosedOutcomes(blocks, 1_000);

    /** A block that counted twice would double its evidence. */
    @Test
    void evidence_is_read_once() {
        for (long closed : List.of(0L, 1L, 3L, 3L, 130L, 131L, 400L, 400L)) {
            blocks.closed = closed;

            assertEquals(ofAll(closed), look(), () -> "after " + closed);
        }

        assertEquals(List.of("0-1", "1-3", "3-130", "130-131", "131-400"), blocks.read);
    }

    @Test
    void evidence_that_two_looks_read_at_the_same_time_counts_once() throws Exception {
        blocks.closed = 200;
        blocks.holdsBlocks = true;
        CompletableFuture<OutcomeEvidence> one = begin();
        CompletableFuture<OutcomeEvidence> other = begin();

        blocks.answer();

        assertEquals(ofAll(200), one.get(30, TimeUnit.SECONDS));
        assertEquals(ofAll(200), other.get(30, TimeUnit.SECONDS));
        assertEquals(List.of("0-200", "0-200"), blocks.read);
    }

    /** The number of closings is older than what is kept by then: that is no database that was set back. */
    @Test
    void a_block_that_another_look_reads_while_the_closings_are_counted_stays() throws Exception {
        blocks.closed = 150;
        look();
        blocks.holdsCount = true;
        CompletableFuture<OutcomeEvidence> slow = begin();
        blocks.holdsCount = false;
        blocks.closed = 151;
        assertEquals(ofAll(151), look());

        blocks.answer();

        assertEquals(ofAll(151), slow.get(30, TimeUnit.SECONDS));
        assertEquals(List.of("0-150", "150-151"), blocks.read);
    }

    @Test
    void a_database_that_was_set_back_is_read_from_the_beginning() {
        blocks.closed = 150;
        look();
        blocks.closed = 140;

        assertEquals(ofAll(140), look());
        assertEquals(List.of("0-150", "0-140"), blocks.read);
    }

    private OutcomeEvidence look() {
        return outcomes.of(EXPERIMENT, List.of()).await().atMost(WITHIN);
    }

    private CompletableFuture<OutcomeEvidence> begin() {
        return outcomes.of(EXPERIMENT, List.of()).subscribeAsCompletionStage();
    }

    private static OutcomeEvidence ofAll(long count) {
        FoldedOutcomes all = new FoldedOutcomes(new FoldedOutcomes.Key(1, PLAN, PresentVersions.of(List.of())));
        all.add(blocks(0, count), count);
        return all.evidence();
    }

    private static List<ClosedBlock> blocks(long after, long until) {
        return LongStream.rangeClosed(after + 1, until)
                .mapToObj(closing -> new ClosedBlock(
                        closing,
                        new OutcomeBlock(
                                1,
                                Versions.UNKNOWN,
                                START.plus(Duration.ofMinutes(closing)),
                                new Coverage(90, 90),
                                new Coverage(10, 10),
                                new Earned(0, 0.1 * (closing % 3 - 1), 0.1 * (closing % 3 - 1)),
                                new Earned(0, 0.1 * (closing % 3 - 1), 0.1 * (closing % 3 - 1)),
                                3,
                                7,
                                Coverage.NONE,
                                Coverage.NONE,
                                0.001)))
                .toList();
    }

    /** Closings in memory, whose answers can be held back. */
    private static final class FakeBlocks implements ClosedOutcomes.Source {

        private final List<String> read = new ArrayList<>();
        private final List<Runnable> held = new ArrayList<>();
        private long closed;
        private boolean holdsCount;
        private boolean holdsBlocks;

        @Override
        public Uni<Closings> closings(String testId) {
            return answer(new Closings(1, closed), holdsCount);
        }

        @Override
        public Uni<List<ClosedBlock>> closed(String testId, long since, long after, long count) {
            read.add(after + "-" + (after + count));
            return answer(blocks(after, after + count), holdsBlocks);
        }

        /** Gives the answers that were held back. */
        void answer() {
            List<Runnable> answers = List.copyOf(held);
            held.clear();
            answers.forEach(Runnable::run);
        }

        private <T> Uni<T> answer(T item, boolean holds) {
            return Uni.createFrom().emitter((UniEmitter<? super T> emitter) -> {
                if (holds) {
                    held.add(() -> emitter.complete(item));
                } else {
                    emitter.complete(item);
                }
            });
        }
    }
}
