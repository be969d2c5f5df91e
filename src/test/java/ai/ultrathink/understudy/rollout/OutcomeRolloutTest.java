package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.RunningOutcomes;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.evidence.OutcomeFold;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.stats.Interval;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutcomeRolloutTest {

    private static final OutcomeEvidence LOSING = blocks(-0.004);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void a_treatment_that_loses_money_is_rolled_back_with_its_blocks() {
        FakeExperiment tests = sound(planned(GuardrailAction.ROLL_BACK));
        tests.outcomes(() -> Uni.createFrom().item(LOSING));

        evaluate(tests);

        assertFalse(tests.experiment().enabled());
        AuditEntry event = tests.events().getFirst();
        assertEquals(AuditAction.ROLLED_BACK, event.action());
        assertTrue(
                String.valueOf(event.reason()).startsWith("mean difference of earnings per block −0.4%"),
                event::toString);
        String evidence = String.valueOf(event.evidence());
        DecisionRecord read = DecisionRecordJson.read(evidence);
        assertEquals(LOSING, read.input().outcomes());
        assertEquals(tests.experiment().outcome(), read.input().outcome());
        Replay replay = Replay.of(1, evidence);
        assertTrue(replay.follows(), replay.differences()::toString);
        assertTrue(evidence.contains("\"block\":\"PT24H\"") && evidence.contains("\"promote\":\"ignore\""), evidence);
        assertEquals(2.0, state());
    }

    /** A plan of minutes for a month has 43,200 blocks. */
    @Test
    void the_record_of_a_decision_stays_small_and_can_be_evaluated_again() {
        OutcomePlan plan =
                Objects.requireNonNull(planned(GuardrailAction.ROLL_BACK).outcome());
        List<OutcomeBlock> first = LOSING.blocks().subList(0, 20);
        OutcomeFold fold = RunningOutcomes.fold(plan, null, first, 20);
        OutcomeEvidence folded = new OutcomeEvidence(
                1, fold, LOSING.blocks().subList(20, 60), new Interval(Double.NEGATIVE_INFINITY, 0.001), null);
        FakeExperiment tests = sound(planned(GuardrailAction.ROLL_BACK));
        tests.outcomes(() -> Uni.createFrom().item(folded));

        evaluate(tests);

        String evidence = String.valueOf(tests.events().getFirst().evidence());
        DecisionRecord read = DecisionRecordJson.read(evidence);
        assertEquals(folded, read.input().outcomes());
        Replay replay = Replay.of(1, evidence);
        assertTrue(replay.follows(), replay.differences()::toString);
        assertTrue(evidence.length() < 100_000, () -> evidence.length() + " characters");
    }

    @Test
    void a_plan_that_alerts_alerts() {
        FakeExperiment tests = sound(planned(GuardrailAction.ALERT));
        tests.outcomes(() -> Uni.createFrom().item(LOSING));

        evaluate(tests);

        assertTrue(tests.experiment().enabled());
        assertEquals(List.of("guardrail_breached"), tests.actions());
        assertEquals(1.0, gauge("understudy.outcome.coverage", "of", "disagreeing"));
        assertEquals(1.0, gauge("understudy.outcome.coverage", "of", "agreeing"));
        assertTrue(Objects.requireNonNull(gauge("understudy.outcome.delta.bound", "end", "upper")) < 0);
    }

    @Test
    void blocks_that_cannot_be_read_or_never_come_stop_no_other_guardrail() {
        for (Uni<OutcomeEvidence> unreadable : List.of(
                Uni.createFrom().<OutcomeEvidence>failure(new IllegalStateException("away")),
                Uni.createFrom().<OutcomeEvidence>nothing())) {
            FakeExperiment tests = new FakeExperiment(planned(GuardrailAction.ROLL_BACK));
            tests.shows(RolloutEvidence.split(1, 0.10, 9_000, 1_000, 100));
            tests.outcomes(() -> unreadable);

            evaluate(tests);

            assertEquals(List.of("rolled_back"), tests.actions());
            assertEquals(0.0, state());
        }
    }

    @Test
    void without_a_plan_no_block_is_read_and_nothing_is_stored_or_shown_of_outcomes() {
        FakeExperiment tests = new FakeExperiment(RolloutEvidence.split(0.10));
        tests.shows(RolloutEvidence.split(1, 0.10, 9_000, 1_000, 100));
        tests.outcomes(() -> {
            throw new AssertionError("asked for blocks");
        });

        evaluate(tests);

        assertEquals(List.of("rolled_back"), tests.actions());
        String evidence = String.valueOf(tests.events().getFirst().evidence());
        assertFalse(evidence.contains("outcome"), evidence);
        EvaluationInput read = DecisionRecordJson.read(evidence).input();
        assertNull(read.outcome());
        assertEquals(OutcomeEvidence.NONE, read.outcomes());
        assertNull(state());
    }

    private static FakeExperiment sound(Experiment experiment) {
        FakeExperiment tests = new FakeExperiment(experiment);
        tests.shows(RolloutEvidence.split(1, 0.10, 18_000, 2_000));
        return tests;
    }

    private void evaluate(FakeExperiment tests) {
        RolloutController controller = new RolloutController(
                () -> Uni.createFrom().item(true),
                () -> {},
                tests.calls(),
                new QuickRollout(Duration.ofSeconds(4)),
                new RampClock(
                        most -> Uni.createFrom().item(time::now),
                        most -> Uni.createFrom().item(time::now),
                        Duration.ofSeconds(5),
                        time),
                new RolloutMetrics(meters),
                new EvaluationHistory(new FakeHistory(), Duration.ZERO, time, meters));
        controller.evaluateAll().await().atMost(Duration.ofSeconds(20));
        controller.stop();
    }

    private @Nullable Double state() {
        return gauge("understudy.guardrail.state", "guardrail", "outcome_delta");
    }

    private @Nullable Double gauge(String name, String label, String value) {
        Gauge gauge = meters.find(name).tag(label, value).gauge();
        return gauge == null ? null : (Double) gauge.value();
    }

    private static Experiment planned(GuardrailAction action) {
        return RolloutEvidence.split(0.10)
                .withOutcome(new OutcomePlan(
                        Map.of("BUY", 1.0, "HOLD", 0.0, "SELL", -1.0),
                        0.0001,
                        0.05,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        -0.0005,
                        action,
                        OutcomePromotion.IGNORE,
                        OutcomePlan.USUAL_ALPHA));
    }

    private static OutcomeEvidence blocks(double difference) {
        return new OutcomeEvidence(
                1,
                IntStream.range(0, 60)
                        .mapToObj(day -> new OutcomeBlock(
                                1,
                                Versions.UNKNOWN,
                                ManualTime.START.plus(Duration.ofDays(day)),
                                new Coverage(90, 90),
                                new Coverage(10, 10),
                                new Earned(0, 100 * difference, 100 * difference),
                                new Earned(0, 100 * difference, 100 * difference),
                                3,
                                7,
                                Coverage.NONE,
                                Coverage.NONE,
                                0.004))
                        .toList());
    }
}
