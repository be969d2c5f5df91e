package ai.ultrathink.understudy.rollout;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.EvaluationSnapshot;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GuardrailSnapshot;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Holding;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RolloutControllerTest {

    private static final Instant START = ManualTime.START;
    private static final long MANY = 200_000;

    /** Treatment fails a tenth of its requests. */
    private static final GenerationEvidence CRASHING = RolloutEvidence.split(1, 0.10, 9_000, 1_000, 100);

    /** The models agree on half of the requests. */
    private static final GenerationEvidence DISAGREEING = RolloutEvidence.shadow(1, 1_000, 500);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger looksAsLeader = new AtomicInteger(Integer.MAX_VALUE);
    private final FakeHistory history = new FakeHistory();
    private FakeExperiment tests = new FakeExperiment(RolloutEvidence.split(0.10));
    private RolloutController controller = watching(tests);

    @AfterEach
    void stop() {
        controller.stop();
    }

    @Test
    void a_breach_in_a_split_is_rolled_back_with_its_evidence() {
        tests.shows(CRASHING);

        evaluate();

        assertFalse(tests.experiment().enabled());
        assertEquals(2, tests.experiment().generation());
        AuditEntry event = tests.events().getFirst();
        assertEquals(AuditAction.ROLLED_BACK, event.action());
        assertEquals("guardrails", event.actor());
        assertNotNull(event.reason());
        assertTrue(Replay.of(1, String.valueOf(event.evidence())).follows());
    }

    @Test
    void a_rollback_aborts_the_ramp_with_it() {
        ramping(new Holding(2, START, 1));
        tests.shows(CRASHING);

        evaluate();

        assertEquals(List.of("rolled_back", "ramp_aborted"), tests.actions());
        assertTrue(tests.ramp() instanceof Aborted);
    }

    @Test
    void a_rollback_aborts_a_ramp_that_is_paused() {
        ramping(new Paused(new Holding(2, START, 1), START, "by ada"));
        tests.shows(CRASHING);

        evaluate();

        assertEquals(List.of("rolled_back", "ramp_aborted"), tests.actions());
    }

    @Test
    void a_breach_in_a_shadow_is_told_once_and_nothing_is_done() {
        watching(RolloutEvidence.shadow());
        tests.shows(DISAGREEING);

        evaluate();
        evaluate();

        assertTrue(tests.experiment().enabled());
        assertEquals(List.of("guardrail_breached"), tests.actions());
        assertTrue(Replay.of(1, String.valueOf(tests.events().getFirst().evidence()))
                .follows());
    }

    @Test
    void a_breach_is_remembered_and_written_once() {
        watching(RolloutEvidence.shadow());
        tests.shows(DISAGREEING);

        evaluate();
        evaluate();

        assertEquals(1, tests.written());
        assertTrue(tests.kept().getFirst().breached());
        tests.shows(RolloutEvidence.shadow(1, 100_000, 95_000));
        evaluate();
        assertEquals(3, verdict());

        tests.clear(GuardrailMetric.AGREEMENT);
        evaluate();
        assertEquals(2, verdict());
    }

    @Test
    void a_sound_experiment_writes_nothing() {
        tests.shows(RolloutEvidence.split(1, 0.10, MANY * 9 / 10, MANY / 10));

        evaluate();

        assertEquals(0, tests.written());
    }

    @Test
    void a_ratio_of_the_callers_own_making_is_told_and_rolls_nothing_back() {
        // at a split of 5% all of 123 units are treatment's, as they were assigned
        watching(RolloutEvidence.split(0.05));
        tests.shows(RolloutEvidence.split(1, 0.05, 0, 123));

        evaluate();
        evaluate();

        assertTrue(tests.experiment().enabled());
        assertEquals(List.of("guardrail_breached"), tests.actions());
        AuditEntry event = tests.events().getFirst();
        assertTrue(String.valueOf(event.reason()).contains("callers' choice of unit ids"), event::toString);
        assertTrue(Replay.of(1, String.valueOf(event.evidence())).follows());
    }

    @Test
    void a_shadow_whose_guardrail_says_so_is_rolled_back() {
        watching(RolloutEvidence.shadow()
                .withGuardrails(new Guardrails(
                        0.01,
                        List.of(new Guardrail(GuardrailMetric.AGREEMENT, 0.85, 100, GuardrailAction.ROLL_BACK)))));
        tests.shows(DISAGREEING);

        evaluate();

        assertEquals(List.of("rolled_back"), tests.actions());
    }

    @Test
    void a_test_without_data_is_left_alone() {
        ramping(new Holding(2, START, 1));
        time.advance(Duration.ofDays(1));

        evaluate();

        assertEquals(List.of(), tests.actions());
    }

    @Test
    void evidence_that_fails_leads_to_nothing_and_is_counted() {
        tests.evidence(() -> Uni.createFrom().failure(new IllegalStateException("away")));

        evaluate();

        assertEquals(List.of(), tests.actions());
        assertEquals(1, evaluations("failed"));
        assertNull(verdict());
    }

    @Test
    void evidence_that_does_not_come_leads_to_nothing_and_holds_up_no_other_look() {
        controller = watching(tests, Duration.ofMillis(20));
        tests.evidence(() -> Uni.createFrom().nothing());
        evaluate();
        assertEquals(1, evaluations("failed"));

        controller = watching(tests);
        tests.shows(CRASHING);
        evaluate();

        assertEquals(List.of("rolled_back"), tests.actions());
    }

    @Test
    void what_throws_is_a_failure_as_any_other() {
        tests.evidence(() -> {
            throw new IllegalStateException("a bug");
        });

        evaluate();

        assertEquals(1, evaluations("failed"));
    }

    @Test
    void a_look_that_fails_before_any_test_is_counted_and_the_next_one_looks() {
        tests.shows(CRASHING);
        tests.away(true);
        evaluate();
        assertEquals(1, evaluations("failed"));
        assertEquals(0, tests.asked());

        tests.away(false);
        evaluate();

        assertEquals(List.of("rolled_back"), tests.actions());
    }

    @Test
    void a_test_that_was_changed_meanwhile_is_judged_anew_before_anything_is_done() {
        tests.evidence(() -> {
            tests.becomes(tests.experiment().withGeneration(2));
            return Uni.createFrom().item(List.of(CRASHING));
        });

        evaluate();

        assertEquals(List.of(), tests.actions());
        assertTrue(tests.experiment().enabled());
    }

    @Test
    void who_does_not_lead_does_not_look() {
        looksAsLeader.set(0);

        evaluate();

        assertEquals(0, tests.asked());
    }

    @Test
    void who_has_lost_the_lead_since_the_look_began_does_nothing() {
        looksAsLeader.set(1);
        tests.shows(CRASHING);

        evaluate();

        assertEquals(1, tests.asked());
        assertEquals(List.of(), tests.actions());
    }

    @Test
    void a_disabled_test_is_not_judged() {
        watching(RolloutEvidence.split(0.10).withEnabled(false));

        evaluate();

        assertEquals(0, tests.asked());
    }

    @Test
    void a_step_whose_limits_are_kept_leads_to_the_next_when_its_time_is_over() {
        ramping(new Holding(2, START, 1));
        tests.shows(RolloutEvidence.split(1, 0.10, MANY * 9 / 10, MANY / 10));

        evaluate();
        assertEquals(List.of(), tests.actions());
        time.advance(Duration.ofHours(1));
        evaluate();

        assertEquals(new Holding(3, time.now(), 2), tests.ramp());
        assertEquals(0.25, tests.experiment().split().fraction());
        assertEquals(List.of("ramp_step"), tests.actions());
        assertTrue(Replay.of(1, String.valueOf(tests.events().getFirst().evidence()))
                .follows());
    }

    @Test
    void a_step_that_began_by_a_clock_that_was_ahead_begins_anew_and_does_not_wait_for_that_time() {
        ramping(new Holding(2, START.plus(Duration.ofDays(700)), 1));
        tests.shows(RolloutEvidence.split(1, 0.10, MANY * 9 / 10, MANY / 10));

        evaluate();
        assertEquals(new Holding(2, START, 1), tests.ramp());
        time.advance(Duration.ofHours(1));
        evaluate();

        assertEquals(List.of("ramp_clock_set", "ramp_step"), tests.actions());
    }

    @Test
    void a_ramp_that_cannot_be_read_stands_still_and_its_test_is_judged_all_the_same() {
        for (String state : List.of(
                "[]",
                "{}",
                "{\"state\": \"dancing\", \"since\": \"2026-11-24T12:00:00Z\"}",
                "{\"state\": \"holding\", \"step\": 77, \"since\": \"2026-11-24T12:00:00Z\", \"generation\": 1}",
                "{\"state\": \"holding\", \"step\": -1, \"since\": \"2026-11-24T12:00:00Z\", \"generation\": 1}",
                "{\"state\": \"holding\", \"step\": 2, \"since\": \"soon\", \"generation\": 1}")) {
            watching(RolloutEvidence.split(0.10));
            tests.ramp(new PersistedRamp(RampPlan.USUAL, state));
            tests.shows(RolloutEvidence.split(1, 0.10, MANY * 9 / 10, MANY / 10));
            time.advance(Duration.ofHours(1));

            evaluate();

            assertEquals(1, tests.asked(), state);
            assertEquals(List.of(), tests.actions(), state);
            assertTrue(tests.ramp() instanceof Aborted, state);
        }
    }

    @Test
    void a_ramp_whose_test_was_changed_by_hand_is_paused() {
        ramping(new Holding(3, START, 1));
        tests.shows(RolloutEvidence.split(1, 0.10, MANY * 9 / 10, MANY / 10));
        time.advance(Duration.ofHours(1));

        evaluate();

        assertEquals(List.of("ramp_paused"), tests.actions());
        assertEquals(0.10, tests.experiment().split().fraction());
    }

    @Test
    void a_ramp_whose_test_was_disabled_by_hand_is_paused() {
        watching(RolloutEvidence.split(0.10).withEnabled(false));
        ramping(new Holding(2, START, 1));

        evaluate();
        evaluate();

        assertEquals(List.of("ramp_paused"), tests.actions());
        assertTrue(tests.ramp() instanceof Paused);
    }

    @Test
    void what_is_judged_is_measured_and_forgotten_with_its_test() {
        tests.shows(RolloutEvidence.split(1, 0.10, MANY * 9 / 10, MANY / 10));
        evaluate();
        assertEquals(2, verdict());

        tests.delete();
        evaluate();

        assertNull(verdict());
    }

    @Test
    void looks_never_overlap() {
        AtomicInteger atATime = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        tests.evidence(() -> Uni.createFrom()
                .item(List.<GenerationEvidence>of())
                .onSubscription()
                .invoke(() -> most.accumulateAndGet(atATime.incrementAndGet(), Math::max))
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(5))
                .onTermination()
                .invoke(atATime::decrementAndGet));

        controller.start();

        await().until(() -> tests.asked() > 20);
        assertEquals(1, most.get());
    }

    @Test
    void what_is_found_is_kept_when_something_changes_and_else_now_and_then() {
        GenerationEvidence little = RolloutEvidence.split(1, 0.10, 90, 10);
        tests.shows(little);
        evaluate();
        time.advance(Duration.ofSeconds(10));
        evaluate();
        assertEquals(List.of(true), history.changed());

        time.advance(Duration.ofSeconds(5));
        evaluate();
        assertEquals(List.of(true, false), history.changed());

        tests.shows(CRASHING);
        evaluate();

        assertEquals(List.of(true, false, true), history.changed());
        EvaluationSnapshot last = history.points().getLast();
        assertEquals("roll_back", last.verdict());
        assertEquals(1, last.generation());
        GuardrailSnapshot errors = last.guardrails().stream()
                .filter(each -> each.measure().equals("error_rate_delta"))
                .findFirst()
                .orElseThrow();
        assertEquals("breached", errors.state());
        assertEquals(-Math.log(0.002), errors.threshold(), 1e-9);
        assertTrue(errors.logE() != null && errors.logE() > errors.threshold(), errors::toString);
        assertEquals(3, historyPoints("kept"));
    }

    @Test
    void a_history_that_fails_or_hangs_delays_and_breaks_no_evaluation() {
        tests.shows(CRASHING);
        history.add(Uni.createFrom().failure(new IllegalStateException("away")));
        evaluate();

        assertEquals(List.of("rolled_back"), tests.actions());
        assertEquals(1, historyPoints("failed"));

        watching(RolloutEvidence.split(0.10));
        tests.shows(CRASHING);
        history.add(Uni.createFrom().nothing());
        evaluate();
        tests.becomes(RolloutEvidence.split(0.10).withGeneration(7));
        evaluate();

        assertEquals(List.of("rolled_back", "rolled_back"), tests.actions());
        assertEquals(1, historyPoints("left_out"));
    }

    @Test
    void a_replica_that_begins_to_lead_continues_the_history() {
        tests.shows(RolloutEvidence.split(1, 0.10, 90, 10));
        evaluate();
        watching(RolloutEvidence.split(0.10));
        tests.shows(RolloutEvidence.split(1, 0.10, 90, 10));

        evaluate();

        assertEquals(List.of(true, false), history.changed());
    }

    @Test
    void the_history_says_what_a_stage_of_the_ramp_waits_for() {
        ramping(new Holding(2, START, 1));
        tests.shows(RolloutEvidence.split(1, 0.10, 90, 10));

        evaluate();

        List<String> waits = history.points().getLast().rampWaitsFor();
        assertTrue(waits != null && waits.getFirst().startsWith("time: 3600 s"), () -> String.valueOf(waits));
    }

    private double historyPoints(String result) {
        return meters.get("understudy.history.points")
                .tag("result", result)
                .counter()
                .count();
    }

    private void watching(Experiment experiment) {
        tests = new FakeExperiment(experiment);
        controller = watching(tests);
    }

    private RolloutController watching(FakeExperiment watched) {
        return watching(watched, Duration.ofSeconds(20));
    }

    private RolloutController watching(FakeExperiment watched, Duration evidenceTimeout) {
        return new RolloutController(
                () -> Uni.createFrom().item(() -> looksAsLeader.getAndDecrement() > 0),
                () -> {},
                watched.calls(),
                new QuickRollout(evidenceTimeout),
                new RampClock(
                        most -> Uni.createFrom().item(time::now),
                        most -> Uni.createFrom().item(time::now),
                        Duration.ofSeconds(5),
                        time),
                new RolloutMetrics(meters),
                new EvaluationHistory(history, Duration.ofSeconds(15), time, meters));
    }

    private void ramping(RampState state) {
        tests.ramp(new Ramp(RampPlan.USUAL, state));
    }

    private void evaluate() {
        controller.evaluateAll().await().atMost(Duration.ofSeconds(20));
    }

    private double evaluations(String result) {
        return meters.get("understudy.evaluations")
                .tag("result", result)
                .counter()
                .count();
    }

    private @Nullable Integer verdict() {
        Gauge gauge = meters.find("understudy.verdict").gauge();
        return gauge == null ? null : (Integer) (int) gauge.value();
    }
}
