package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.KeptEvidence;
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
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeCheckTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final double SCALE = 0.002;
    private static final double LIMIT = -0.0005;

    @Test
    void a_treatment_that_loses_is_breached_with_the_action_of_the_plan() {
        GuardrailResult result = result(plan(OutcomePromotion.IGNORE), blocks(200, place -> -0.5 + swing(place)));

        assertEquals(GuardrailState.BREACHED, result.state(), result::reason);
        assertEquals(GuardrailAction.ROLL_BACK, result.actionIn(Mode.SHADOW));
        assertEquals(0.05, result.alpha());
        assertEquals(200, result.samples());
        assertFalse(result.required());
    }

    @Test
    void a_breach_rolls_back_and_is_the_reason() {
        Evaluation evaluation = GuardrailEvaluator.evaluate(
                input(plan(OutcomePromotion.IGNORE), blocks(200, place -> -0.5 + swing(place))));

        assertEquals(Verdict.ROLL_BACK, evaluation.verdict());
        assertEquals(1, evaluation.reasons().size());
        assertTrue(
                evaluation
                        .reasons()
                        .getFirst()
                        .startsWith("mean difference of earnings per block −0.1% in 200 closed blocks"),
                evaluation.reasons()::toString);
    }

    /** Once the threshold was reached, later gains do not take the breach back. */
    @Test
    void a_loss_is_not_forgotten_when_gains_follow() {
        List<OutcomeBlock> blocks = new ArrayList<>(blocks(100, place -> -1 + swing(place)));
        blocks.addAll(IntStream.range(100, 1_000)
                .mapToObj(place -> block(place, 2 + swing(place)))
                .toList());

        assertEquals(
                GuardrailState.BREACHED,
                result(plan(OutcomePromotion.IGNORE), blocks).state());
    }

    @Test
    void not_worse_and_better_are_two_questions() {
        List<OutcomeBlock> level = blocks(4_000, place -> 0.02 + swing(place));

        GuardrailResult notWorse = result(plan(OutcomePromotion.NOT_WORSE), level);
        GuardrailResult better = result(plan(OutcomePromotion.BETTER), level);

        assertEquals(GuardrailState.PASSED, notWorse.state(), notWorse::reason);
        assertTrue(notWorse.required());
        assertEquals(GuardrailState.UNDECIDED, better.state(), better::reason);
        assertTrue(better.required());
        assertEquals(
                GuardrailState.PASSED,
                result(plan(OutcomePromotion.BETTER), blocks(4_000, place -> 0.3 + swing(place)))
                        .state());
    }

    @ParameterizedTest
    @EnumSource(OutcomePromotion.class)
    void without_blocks_nothing_is_decided(OutcomePromotion promote) {
        GuardrailResult result = result(plan(promote), List.of());

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertNull(result.estimate());
        assertEquals(
                "mean difference of earnings per block is undecided: no closed blocks with disagreement yet; a block closes at its"
                        + " end and the plan's horizon, and outcomes are sent to POST /api/v1/outcomes",
                result.reason());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void a_figure_that_is_no_number_leaves_it_undecided(double wrong) {
        OutcomePlan plan = plan(OutcomePromotion.BETTER);
        OutcomeBlock sound = block(299, -2);
        OutcomeBlock ofDifference = new OutcomeBlock(
                1,
                sound.versions(),
                sound.start(),
                sound.agreeing(),
                sound.disagreeing(),
                new Earned(0, 0, wrong),
                sound.raw(),
                0,
                0,
                Coverage.NONE,
                Coverage.NONE,
                SCALE);
        for (OutcomeBlock last : List.of(ofDifference, scaled(sound, wrong))) {
            List<OutcomeBlock> blocks = new ArrayList<>(blocks(299, place -> -2));
            blocks.add(last);

            GuardrailResult result = result(plan, blocks);

            assertEquals(GuardrailState.UNDECIDED, result.state());
            assertTrue(result.reason().contains("no numbers or do not add up"), result::reason);
            assertNull(OutcomeSummary.of(input(plan, blocks)));
        }
    }

    @Test
    void more_outcomes_than_decisions_leave_it_undecided() {
        List<OutcomeBlock> blocks = new ArrayList<>(blocks(300, place -> -2));
        blocks.add(with(block(300, -2), new Coverage(90, 91), new Coverage(10, 10)));

        assertEquals(
                GuardrailState.UNDECIDED,
                result(plan(OutcomePromotion.IGNORE), blocks).state());
    }

    @Test
    void blocks_that_could_not_be_read_leave_it_undecided_and_the_others_as_they_are() {
        OutcomePlan plan = plan(OutcomePromotion.NOT_WORSE);
        EvaluationInput unread =
                with(input(plan, List.of()), OutcomeEvidence.unread("the database is away"), List.of());

        GuardrailResult result = GuardrailEvaluator.evaluate(unread).of(GuardrailMetric.OUTCOME_DELTA);

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertEquals("mean difference of earnings per block is undecided: the database is away", result.reason());
        assertEquals(Verdict.INSUFFICIENT_DATA, GuardrailEvaluator.verdict(unread));
    }

    @Test
    void too_few_outcomes_decide_nothing() {
        List<OutcomeBlock> blocks = IntStream.range(0, 300)
                .mapToObj(place -> with(block(place, -2), new Coverage(90, 84), new Coverage(10, 10)))
                .toList();

        GuardrailResult result = result(plan(OutcomePromotion.NOT_WORSE), blocks);

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertTrue(
                result.reason().contains("only 94% of the decisions of closed blocks have an outcome"), result::reason);
    }

    @Test
    void too_few_outcomes_of_disagreements_decide_nothing_although_they_are_few_of_all() {
        List<OutcomeBlock> blocks = IntStream.range(0, 300)
                .mapToObj(place -> with(block(place, -2), new Coverage(90, 90), new Coverage(10, 9)))
                .toList();

        GuardrailResult result = result(plan(OutcomePromotion.IGNORE), blocks);

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertTrue(result.reason().contains("only 90% of the disagreements"), result::reason);
    }

    @Test
    void outcomes_that_are_missing_where_the_models_disagree_decide_nothing() {
        List<OutcomeBlock> blocks = IntStream.range(0, 2_000)
                .mapToObj(place -> with(block(place, 2), new Coverage(900, 900), new Coverage(100, 96)))
                .toList();

        GuardrailResult result = result(plan(OutcomePromotion.BETTER), blocks);

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertTrue(
                result.reason()
                        .contains(
                                "outcomes are not missing at random: 96% of the disagreements have one, and 100% of the agreements"),
                result::reason);
    }

    @Test
    void outcomes_that_are_missing_in_one_arm_alone_decide_nothing() {
        List<OutcomeBlock> blocks = IntStream.range(0, 2_000)
                .mapToObj(place -> block(place, 2))
                .map(block -> new OutcomeBlock(
                        1,
                        block.versions(),
                        block.start(),
                        block.agreeing(),
                        block.disagreeing(),
                        block.clipped(),
                        block.raw(),
                        0,
                        0,
                        new Coverage(1_000, 1_000),
                        new Coverage(100, 96),
                        SCALE))
                .toList();

        GuardrailResult result = result(plan(OutcomePromotion.BETTER), blocks);

        assertEquals(GuardrailState.UNDECIDED, result.state());
        assertTrue(
                result.reason()
                        .contains(
                                "outcomes are not missing at random: 96% of treatment's decisions have one, and 100% of control's"),
                result::reason);
    }

    @Test
    void blocks_of_other_versions_do_not_count() {
        OutcomePlan plan = plan(OutcomePromotion.IGNORE);
        List<OutcomeBlock> of = blocks(300, place -> -2).stream()
                .map(block -> of(block, new Versions("c", "old", null, null)))
                .toList();
        EvaluationInput input = new EvaluationInput(
                "t",
                1,
                Mode.SHADOW,
                Guardrails.USUAL,
                List.of(EvidenceBuilder.shadow(1)
                        .shadows(10)
                        .evidence()
                        .of(new Versions("c", "new", "c@1#c", "t@2#new"))),
                List.of(),
                plan,
                new OutcomeEvidence(1, of));

        assertEquals(
                GuardrailState.UNDECIDED,
                GuardrailEvaluator.evaluate(input)
                        .of(GuardrailMetric.OUTCOME_DELTA)
                        .state());
    }

    /** A changed description in the middle of a day: two generations, one block. */
    @Test
    void the_parts_of_a_block_are_one_number() {
        List<OutcomeBlock> halves = new ArrayList<>();
        for (OutcomeBlock block : blocks(200, place -> -0.5 + swing(place))) {
            for (int half = 1; half <= 2; half++) {
                halves.add(new OutcomeBlock(
                        half,
                        block.versions(),
                        block.start(),
                        new Coverage(45, 45),
                        new Coverage(5, 5),
                        half(block.clipped()),
                        half(block.raw()),
                        block.wins() / 2,
                        block.losses() / 2,
                        Coverage.NONE,
                        Coverage.NONE,
                        block.scale()));
            }
        }
        OutcomePlan plan = plan(OutcomePromotion.IGNORE);

        GuardrailResult whole = result(plan, blocks(200, place -> -0.5 + swing(place)));
        GuardrailResult parts = result(plan, halves);

        assertEquals(whole.samples(), parts.samples());
        assertEquals(figure(whole.logE()), figure(parts.logE()), 1e-9);
        assertEquals(figure(whole.estimate()), figure(parts.estimate()), 1e-12);
    }

    @Test
    void blocks_without_disagreement_are_skipped_and_costs_alone_are_tested_by_the_last_spread() {
        OutcomePlan plan = plan(OutcomePromotion.IGNORE);
        List<OutcomeBlock> blocks = new ArrayList<>(blocks(50, place -> swing(place)));
        blocks.add(scaled(block(50, 0), 0));
        GuardrailResult skipped = result(plan, blocks);
        blocks.removeLast();
        blocks.add(scaled(block(50, -1), 0));
        GuardrailResult costs = result(plan, blocks);
        blocks.removeLast();
        blocks.add(block(50, -1));

        assertEquals(50, skipped.samples());
        assertEquals(51, costs.samples());
        assertEquals(result(plan, blocks).logE(), costs.logE());
        assertEquals(0, result(plan, List.of(scaled(block(0, -1), 0))).samples());
    }

    /** Blocks of a day with a horizon of three days take turns in three streams. */
    @Test
    void a_long_horizon_makes_streams() {
        List<OutcomeBlock> blocks = blocks(90, place -> -1 + swing(place));

        double alone = figure(result(plan(OutcomePromotion.IGNORE), blocks).logE());
        double inTurn = figure(result(plan(OutcomePromotion.IGNORE, Duration.ofDays(1), Duration.ofDays(3)), blocks)
                .logE());

        assertEquals(3, BlockNumbers.streams(plan(OutcomePromotion.IGNORE, Duration.ofDays(1), Duration.ofHours(60))));
        assertEquals(1, BlockNumbers.streams(plan(OutcomePromotion.IGNORE, Duration.ofDays(1), Duration.ofHours(1))));
        assertTrue(inTurn < alone / 2, () -> inTurn + " of " + alone);
    }

    @Test
    void a_plan_changes_nothing_about_the_other_guardrails() {
        for (int seed = 0; seed < 200; seed++) {
            EvaluationInput without = RandomEvidence.input(new Random(seed), 30_000);
            EvaluationInput with = new EvaluationInput(
                    without.testId(),
                    without.generation(),
                    without.mode(),
                    without.guardrails(),
                    without.evidence(),
                    without.kept(),
                    plan(OutcomePromotion.IGNORE),
                    new OutcomeEvidence(1, blocks(20, place -> swing(place))));

            Evaluation alone = GuardrailEvaluator.evaluate(without);
            Evaluation together = GuardrailEvaluator.evaluate(with);

            assertEquals(5, alone.results().size());
            assertEquals(alone.results(), together.results().subList(0, 5));
            assertEquals(alone.verdict(), together.verdict());
            assertEquals(alone.reasons(), together.reasons());
        }
    }

    @Test
    void a_breach_is_remembered_for_the_same_positions_alone() {
        OutcomePlan plan = plan(OutcomePromotion.IGNORE);
        EvaluationInput breached = input(plan, blocks(200, place -> -1 + swing(place)));
        List<KeptEvidence> kept = GuardrailMemory.worthKeeping(breached, GuardrailEvaluator.evaluate(breached), START);

        EvaluationInput later = with(input(plan, List.of()), new OutcomeEvidence(1, List.of()), kept);
        EvaluationInput unread = with(later, OutcomeEvidence.unread("the database is away"), kept);
        EvaluationInput otherPositions = with(later, new OutcomeEvidence(7, List.of()), kept);

        assertEquals(1, kept.size());
        assertEquals(START, kept.getFirst().breachedAt());
        assertEquals(Verdict.ROLL_BACK, GuardrailEvaluator.verdict(later));
        assertEquals(Verdict.ROLL_BACK, GuardrailEvaluator.verdict(unread));
        assertEquals(Verdict.INSUFFICIENT_DATA, GuardrailEvaluator.verdict(otherPositions));
        assertEquals(List.of(), GuardrailMemory.worthKeeping(unread, GuardrailEvaluator.evaluate(unread), START));
    }

    @Test
    void the_summary_says_how_long_it_will_take() {
        OutcomeSummary soon = summary(blocks(100, place -> 0.1 + swing(place)));
        OutcomeSummary never = summary(blocks(100, place -> LIMIT / SCALE + swing(place)));
        OutcomeSummary few = summary(blocks(3, place -> swing(place)));

        assertTrue(
                soon.outlook().matches("cannot tell yet; at this disagreement and spread about [0-9]+ blocks more"),
                soon::outlook);
        assertEquals("cannot tell yet; not decidable within a year at this disagreement and spread", never.outlook());
        assertEquals(
                "cannot tell yet: 3 of the 10 blocks with disagreement from which the spread is known", few.outlook());
        assertEquals("decided", summary(blocks(300, place -> -1 + swing(place))).outlook());
    }

    @Test
    void the_summary_names_its_figures_and_its_cuts() {
        String words = String.join(
                "\n", summary(blocks(100, place -> 0.1 + swing(place))).lines());

        for (String part : List.of(
                "100 closed blocks of P1D since generation 1, 100 of them with disagreement; 10,000 decisions with an outcome",
                "mean difference per block with disagreement: +0.02%",
                "values beyond ±5%",
                "times 3 where it speaks for treatment, 20 where it speaks against it, and, in the test for a loss, 3 either way",
                "100% of the decisions have an outcome",
                "this is shown and decides nothing")) {
            assertTrue(words.contains(part), words);
        }
        assertNull(OutcomeSummary.of(new EvaluationInput("t", 1, Mode.SHADOW, Guardrails.USUAL, List.of())));
    }

    private static OutcomeSummary summary(List<OutcomeBlock> blocks) {
        OutcomeSummary summary = OutcomeSummary.of(input(plan(OutcomePromotion.NOT_WORSE), blocks));
        assertNotNull(summary);
        return summary;
    }

    /** ±1, as often the one as the other, in an order that hardly repeats itself (Thue and Morse). */
    private static double swing(int place) {
        return (Integer.bitCount(place) & 1) == 0 ? 1 : -1;
    }

    private static List<OutcomeBlock> blocks(int count, IntToDoubleFunction times) {
        return IntStream.range(0, count)
                .mapToObj(place -> block(place, times.applyAsDouble(place)))
                .toList();
    }

    /** A day whose difference is so many times the expected spread. */
    private static OutcomeBlock block(int day, double times) {
        double difference = times * SCALE * 100;
        return new OutcomeBlock(
                1,
                Versions.UNKNOWN,
                START.plus(Duration.ofDays(day)),
                new Coverage(90, 90),
                new Coverage(10, 10),
                new Earned(0.01, 0.01 + difference, difference),
                new Earned(0.01, 0.01 + difference, difference),
                times > 0 ? 6 : 4,
                times > 0 ? 4 : 6,
                Coverage.NONE,
                Coverage.NONE,
                SCALE);
    }

    private static OutcomeBlock with(OutcomeBlock block, Coverage agreeing, Coverage disagreeing) {
        return new OutcomeBlock(
                block.generation(),
                block.versions(),
                block.start(),
                agreeing,
                disagreeing,
                block.clipped(),
                block.raw(),
                0,
                0,
                Coverage.NONE,
                Coverage.NONE,
                block.scale());
    }

    private static OutcomeBlock of(OutcomeBlock block, Versions versions) {
        return new OutcomeBlock(
                block.generation(),
                versions,
                block.start(),
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

    private static OutcomeBlock scaled(OutcomeBlock block, double scale) {
        return new OutcomeBlock(
                block.generation(),
                block.versions(),
                block.start(),
                block.agreeing(),
                block.disagreeing(),
                block.clipped(),
                block.raw(),
                block.wins(),
                block.losses(),
                Coverage.NONE,
                Coverage.NONE,
                scale);
    }

    private static Earned half(Earned earned) {
        return new Earned(earned.control() / 2, earned.treatment() / 2, earned.difference() / 2);
    }

    private static double figure(@Nullable Double figure) {
        return figure == null ? Double.NaN : figure;
    }

    private static GuardrailResult result(OutcomePlan plan, List<OutcomeBlock> blocks) {
        return GuardrailEvaluator.evaluate(input(plan, blocks)).of(GuardrailMetric.OUTCOME_DELTA);
    }

    private static EvaluationInput input(OutcomePlan plan, List<OutcomeBlock> blocks) {
        return OutcomeLook.input(plan, blocks);
    }

    private static EvaluationInput with(EvaluationInput input, OutcomeEvidence outcomes, List<KeptEvidence> kept) {
        return new EvaluationInput(
                input.testId(),
                input.generation(),
                input.mode(),
                input.guardrails(),
                input.evidence(),
                kept,
                input.outcome(),
                outcomes);
    }

    private static OutcomePlan plan(OutcomePromotion promote) {
        return plan(promote, Duration.ofDays(1), Duration.ofDays(1));
    }

    private static OutcomePlan plan(OutcomePromotion promote, Duration block, Duration horizon) {
        return new OutcomePlan(
                Map.of("BUY", 1.0, "HOLD", 0.0, "SELL", -1.0),
                0.0001,
                0.05,
                block,
                horizon,
                LIMIT,
                GuardrailAction.ROLL_BACK,
                promote,
                OutcomePlan.USUAL_ALPHA);
    }
}
