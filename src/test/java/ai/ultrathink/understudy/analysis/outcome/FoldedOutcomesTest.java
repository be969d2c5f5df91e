package ai.ultrathink.understudy.analysis.outcome;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeSummary;
import ai.ultrathink.understudy.analysis.guardrail.PresentVersions;
import ai.ultrathink.understudy.evidence.ClosedBlock;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedOutcomesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final PresentVersions PRESENT = PresentVersions.of(List.of());

    /** Whether an experiment is looked at after each block or once after a start, nothing differs. */
    @ParameterizedTest
    @CsvSource({"0, 1", "127, 1", "128, 1", "129, 3", "500, 1", "500, 4"})
    void the_evidence_depends_on_the_blocks_and_not_on_when_they_were_read(int count, int streams) {
        List<ClosedBlock> blocks = blocks(count, -0.1);
        FoldedOutcomes atOnce = new FoldedOutcomes(key(streams));
        atOnce.add(blocks, count);
        FoldedOutcomes oneByOne = new FoldedOutcomes(key(streams));
        Random random = new Random(1);
        for (long read = 0; read < count; ) {
            long until = Math.min(count, read + 1 + random.nextInt(90));
            // others read at the same time, from an earlier place on
            long from = Math.max(0, read - random.nextInt(20));
            oneByOne.add(
                    blocks.stream()
                            .filter(block -> block.closing() > from && block.closing() <= until)
                            .toList(),
                    until);
            read = until;
        }

        assertEquals(atOnce.evidence(), oneByOne.evidence());
        assertEquals(count, oneByOne.closing());
        assertTrue(atOnce.evidence().blocks().size() < 2 * FoldedOutcomes.KEPT);
        assertEquals(count < 2 * FoldedOutcomes.KEPT, atOnce.evidence().fold() == null);
    }

    @ParameterizedTest
    @CsvSource({"300, 1, -0.3", "300, 1, 0.3", "700, 3, -0.2", "2000, 1, 0"})
    void what_is_folded_decides_and_shows_what_all_blocks_do(int count, int streams, double drift) {
        List<ClosedBlock> blocks = blocks(count, drift);
        FoldedOutcomes folded = new FoldedOutcomes(key(streams));
        folded.add(blocks, count);
        assertNotNull(folded.evidence().fold());

        EvaluationInput folds = input(plan(streams), folded.evidence());
        EvaluationInput whole = input(
                plan(streams),
                new OutcomeEvidence(1, blocks.stream().map(ClosedBlock::block).toList()));

        GuardrailResult result = result(folds);
        GuardrailResult expected = result(whole);
        assertEquals(expected.state(), result.state());
        assertEquals(expected.samples(), result.samples());
        close(expected.logE(), result.logE());
        close(expected.estimate(), result.estimate());
        OutcomeSummary summary = summary(folds);
        OutcomeSummary exact = summary(whole);
        assertEquals(exact.coverage().agreeing(), summary.coverage().agreeing());
        assertEquals(exact.coverage().treatment(), summary.coverage().treatment());
        close(exact.coverage().unequal().log(), summary.coverage().unequal().log());
        close(
                exact.coverage().unequalArms().log(),
                summary.coverage().unequalArms().log());
        close(exact.notWorse().log(), summary.notWorse().log());
        close(exact.better().log(), summary.better().log());
        close(exact.rawDifference(), summary.rawDifference());
        close(exact.control(), summary.control());
        assertEquals(exact.blocksToGo(), summary.blocksToGo());
        assertTrue(summary.interval().low() <= exact.interval().low() + 1e-12);
        assertTrue(summary.interval().high() >= exact.interval().high() - 1e-12);
        assertTrue(
                summary.interval().high() - summary.interval().low()
                        < 1.4 * (exact.interval().high() - exact.interval().low()),
                () -> summary.interval() + " of " + exact.interval());
    }

    @Test
    void blocks_of_other_versions_and_what_comes_after_a_block_was_tested_are_left_out() {
        FoldedOutcomes folded = new FoldedOutcomes(key(1));
        List<ClosedBlock> blocks = new ArrayList<>(blocks(3, 0));
        OutcomeBlock last = blocks.getLast().block();
        blocks.add(new ClosedBlock(4, of(last, new Versions("c", "other", null, null))));
        blocks.add(new ClosedBlock(5, last));

        folded.add(blocks, 7);

        assertEquals(
                blocks(3, 0).stream().map(ClosedBlock::block).toList(),
                folded.evidence().blocks());
        assertEquals(7, folded.closing());
    }

    @Test
    void the_parts_of_a_block_are_one_block() {
        FoldedOutcomes folded = new FoldedOutcomes(key(1));
        OutcomeBlock part = blocks(1, 0).getFirst().block();

        folded.add(List.of(new ClosedBlock(1, part), new ClosedBlock(1, part)), 1);

        assertEquals(List.of(part.plus(part)), folded.evidence().blocks());
    }

    @Test
    void a_block_that_makes_no_sense_is_never_forgotten() {
        FoldedOutcomes folded = new FoldedOutcomes(key(1));
        OutcomeBlock sound = blocks(1, 0).getFirst().block();
        OutcomeBlock wrong = new OutcomeBlock(
                1,
                sound.versions(),
                START,
                sound.agreeing(),
                sound.disagreeing(),
                sound.clipped(),
                sound.raw(),
                0,
                0,
                Coverage.NONE,
                Coverage.NONE,
                -1);
        folded.add(List.of(new ClosedBlock(1, wrong)), 1);
        folded.add(blocks(400, -1).stream().filter(block -> block.closing() > 1).toList(), 400);

        GuardrailResult result = result(input(plan(1), folded.evidence()));

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertTrue(result.reason().contains("no numbers or do not add up"), result::reason);
    }

    private static FoldedOutcomes.Key key(int streams) {
        return new FoldedOutcomes.Key(1, plan(streams), PRESENT);
    }

    private static OutcomePlan plan(int streams) {
        return new OutcomePlan(
                Map.of("BUY", 1.0, "HOLD", 0.0, "SELL", -1.0),
                0.0001,
                0.05,
                Duration.ofMinutes(1),
                Duration.ofMinutes(streams),
                -0.0001,
                GuardrailAction.ROLL_BACK,
                OutcomePromotion.NOT_WORSE,
                OutcomePlan.USUAL_ALPHA);
    }

    /** Blocks whose mean is so many times the spread, some without disagreement, some of costs alone, some with outcomes missing. */
    private static List<ClosedBlock> blocks(int count, double drift) {
        Random random = new Random(7);
        List<ClosedBlock> blocks = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            double scale = place % 7 == 3 ? 0 : 0.001 * (1 + random.nextDouble());
            double difference = place % 14 == 3 ? 0 : 100 * 0.0015 * (drift + random.nextGaussian());
            long known = 49L + random.nextInt(2);
            blocks.add(new ClosedBlock(
                    place + 1L,
                    new OutcomeBlock(
                            1,
                            Versions.UNKNOWN,
                            START.plus(Duration.ofMinutes(place)),
                            new Coverage(50, 50),
                            new Coverage(50, known),
                            new Earned(0.01, 0.01 + difference, difference),
                            new Earned(0.02, 0.02 + difference, difference),
                            random.nextInt(20),
                            random.nextInt(20),
                            new Coverage(70, 70),
                            new Coverage(30, 29 + known - 49),
                            scale)));
        }
        return blocks;
    }

    private static OutcomeBlock of(OutcomeBlock block, Versions versions) {
        return new OutcomeBlock(
                block.generation(),
                versions,
                block.start().plusSeconds(60),
                block.agreeing(),
                block.disagreeing(),
                block.clipped(),
                block.raw(),
                block.wins(),
                block.losses(),
                Coverage.NONE,
                Coverage.NONE,
                block.scale());
    }

    private static EvaluationInput input(OutcomePlan plan, OutcomeEvidence outcomes) {
        return new EvaluationInput("t", 1, Mode.SHADOW, Guardrails.USUAL, List.of(), List.of(), plan, outcomes);
    }

    private static GuardrailResult result(EvaluationInput input) {
        return GuardrailEvaluator.evaluate(input).of(GuardrailMetric.OUTCOME_DELTA);
    }

    private static OutcomeSummary summary(EvaluationInput input) {
        OutcomeSummary summary = OutcomeSummary.of(input);
        assertNotNull(summary);
        return summary;
    }

    private static void close(@Nullable Double expected, @Nullable Double actual) {
        if (expected == null) {
            assertNull(actual);
        } else {
            assertNotNull(actual);
            assertEquals(expected, actual, 1e-9 * Math.max(1, Math.abs(expected)));
        }
    }
}
