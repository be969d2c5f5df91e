package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.trial.exposure.Exposures.CONTROL_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.Exposures.TREATMENT_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Symbols;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.call.FakeGate;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import ai.ultrathink.understudy.trial.hedge.ManualTimers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ServingModesTest {

    private final ManualTime time = new ManualTime();
    private final ManualTimers timers = new ManualTimers(time);
    private final FakeGate gate = new FakeGate();
    private final Admission admission = new Admission(new QuickTrial(), new SimpleMeterRegistry());
    private final ServingMode modes = QuickTrial.modes(gate, admission, time, timers);
    private final FakePredictor control = new FakePredictor("bull", 2);
    private final FakePredictor treatment = new FakePredictor("bull_v2", 2);

    @Test
    void a_unit_that_drew_control_is_answered_by_control_alone() {
        CompletableFuture<ServingResult> run = run(split(0.0, true));

        control.answer(HOLD);

        assertEquals(ServingResult.done(Group.CONTROL, HOLD, null, null), run.join());
        assertEquals(Variant.CONTROL, run.join().servedBy());
        assertEquals(HOLD, run.join().served());
        assertEquals(List.of(), treatment.asked());
        assertEquals(List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE)), control.asked());
    }

    @Test
    void a_unit_that_drew_treatment_is_answered_by_treatment_alone() {
        CompletableFuture<ServingResult> run = run(split(1.0, true));

        treatment.answer(BUY);

        assertEquals(ServingResult.done(Group.TREATMENT, null, BUY, null), run.join());
        assertEquals(Variant.TREATMENT, run.join().servedBy());
        assertEquals(BUY, run.join().served());
        assertEquals(List.of(), control.asked());
        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, TREATMENT_DEADLINE)), treatment.asked());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void where_treatment_fails_control_answers_and_the_row_stays_treatments(Outcome.Failure failure) {
        CompletableFuture<ServingResult> run = run(split(1.0, true));

        treatment.answer(failure);
        assertFalse(run.isDone());
        control.answer(HOLD);

        assertEquals(ServingResult.done(Group.TREATMENT, HOLD, failure, Fallback.of(failure)), run.join());
        assertEquals(Variant.CONTROL, run.join().servedBy());
        assertEquals(HOLD, run.join().served());
    }

    @Test
    void where_both_fail_nobody_serves_and_the_failure_is_controls() {
        Outcome late = new Outcome.TimedOut(1_000);
        CompletableFuture<ServingResult> run = run(split(1.0, true));

        treatment.answer(new Outcome.Failed("boom"));
        control.answer(late);

        assertNull(run.join().servedBy());
        assertEquals(late, run.join().served());
    }

    @Test
    void where_control_fails_treatment_is_not_asked_in_its_place() {
        Outcome failed = new Outcome.Failed("boom");
        CompletableFuture<ServingResult> run = run(split(0.0, true));

        control.answer(failed);

        assertEquals(failed, run.join().served());
        assertNull(run.join().servedBy());
        assertEquals(List.of(), treatment.asked());
    }

    @Test
    void in_a_disabled_split_control_answers_for_the_unit_that_drew_treatment_and_the_row_says_so() {
        CompletableFuture<ServingResult> run = run(split(1.0, false));

        control.answer(HOLD);

        assertEquals(ServingResult.done(Group.TREATMENT, HOLD, null, Fallback.TEST_DISABLED), run.join());
        assertEquals(List.of(), treatment.asked());
    }

    @Test
    void in_mode_disabled_control_answers_everything() {
        CompletableFuture<ServingResult> run = run(exposure(experiment(Mode.DISABLED, 1.0, true), treatment));

        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(List.of(), treatment.asked());
    }

    @Test
    void a_treatment_that_is_not_loaded_is_a_treatment_that_fails() {
        CompletableFuture<ServingResult> run = run(exposure(experiment(Mode.TRAFFIC_SPLIT, 1.0, true), null));

        control.answer(HOLD);

        assertEquals(
                new Outcome.Failed("model bull_v2 is not loaded"), run.join().treatment());
        assertEquals(Fallback.TREATMENT_ERROR, run.join().fallback());
    }

    @Test
    void a_treatment_of_another_input_size_is_not_asked() {
        FakePredictor wider = new FakePredictor("bull_v2", 3);
        CompletableFuture<ServingResult> run = run(exposure(experiment(Mode.TRAFFIC_SPLIT, 1.0, true), wider));

        control.answer(HOLD);

        assertEquals(
                new Outcome.Failed("model bull_v2 takes 3 features, not 2"),
                run.join().treatment());
        assertEquals(List.of(), wider.asked());
    }

    @Test
    void a_caller_that_leaves_takes_its_calls_along() {
        CompletableFuture<ServingResult> run = run(split(1.0, true));
        timers.advance(TREATMENT_DEADLINE.dividedBy(2));

        run.cancel(true);

        assertEquals(1, treatment.cancelled());
        assertEquals(1, control.cancelled());
        assertEquals(List.of(FakeGate.CANCELLED), gate.ended());
        assertEquals(0, timers.size());
    }

    @Test
    void control_is_asked_as_well_when_half_of_the_treatments_deadline_is_over() {
        CompletableFuture<ServingResult> run = run(split(1.0, true));
        timers.advance(Duration.ofMillis(99));
        assertEquals(List.of(), control.asked());

        timers.advance(Duration.ofMillis(1));

        assertEquals(
                List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE.minusMillis(100))), control.asked());
        control.answer(HOLD);
        assertFalse(run.isDone());
        treatment.answer(new Outcome.TimedOut(200));
        assertEquals(HOLD, run.join().served());
        assertEquals(1, control.asked().size());
    }

    @Test
    void a_treatment_with_more_time_than_the_request_leaves_control_time_to_answer() {
        CompletableFuture<ServingResult> run = run(split(Duration.ofSeconds(5)));

        timers.advance(Duration.ofMillis(450));

        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, Duration.ofMillis(900))), treatment.asked());
        assertEquals(
                List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE.minusMillis(450))), control.asked());
        assertFalse(run.isDone());
    }

    @Test
    void a_late_treatment_is_still_the_one_that_answers_and_control_is_told_to_stop() {
        CompletableFuture<ServingResult> run = run(split(1.0, true));
        timers.advance(Duration.ofMillis(150));

        treatment.answer(BUY);

        assertEquals(ServingResult.done(Group.TREATMENT, null, BUY, null), run.join());
        assertEquals(1, control.cancelled());
    }

    @Test
    void control_is_asked_sooner_when_treatment_used_to_answer_sooner() {
        for (int i = 0; i < 40; i++) {
            CompletableFuture<ServingResult> run = run(split(1.0, true));
            timers.advance(Duration.ofMillis(10));
            treatment.answer(BUY);
            run.join();
        }
        assertEquals(List.of(), control.asked());

        start(split(1.0, true));
        timers.advance(Duration.ofMillis(12));

        assertEquals(1, control.asked().size());
    }

    @Test
    void control_is_asked_with_what_is_left_of_the_requests_time() {
        start(split(1.0, true));
        timers.advance(Duration.ofMillis(70));

        treatment.answer(new Outcome.Failed("boom"));

        assertEquals(
                List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE.minusMillis(70))), control.asked());
    }

    @ParameterizedTest
    @EnumSource(names = {"SHADOW", "TRAFFIC_SPLIT"})
    void without_leave_control_answers_and_the_treatment_is_not_asked(Mode mode) {
        gate.withhold(Fallback.GUARD_OPEN);
        CompletableFuture<ServingResult> run = run(exposure(experiment(mode, 1.0, true), treatment));

        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(Fallback.GUARD_OPEN, run.join().fallback());
        assertEquals(List.of(), treatment.asked());
        assertEquals(List.of(), gate.ended());
    }

    @Test
    void the_permit_is_told_what_the_treatment_did() {
        start(split(1.0, true));
        treatment.answer(BUY);
        start(shadow());
        treatment.answer(new Outcome.Rejected("full"));

        assertEquals(List.of(BUY, new Outcome.Rejected("full")), gate.ended());
    }

    @ParameterizedTest
    @EnumSource(names = {"TEST_DISABLED", "GUARD_OPEN", "FENCED"})
    void a_request_that_waited_when_its_leave_was_taken_back_is_controls_and_nobodys_failure(Fallback why) {
        CompletableFuture<ServingResult> run = run(split(1.0, true));

        gate.withhold(why);
        treatment.answer(new Outcome.Rejected("cancelled"));
        control.answer(HOLD);

        assertEquals(why, run.join().fallback());
        assertEquals(List.of(FakeGate.CANCELLED), gate.ended());
    }

    @Test
    void beyond_the_capacity_the_shadow_is_shed_and_the_row_says_so() {
        admission.enter();
        admission.enter();
        CompletableFuture<ServingResult> run = run(shadow());

        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(
                new Outcome.Rejected("shed: the replica is at capacity"),
                run.join().treatment());
        assertNull(run.join().fallback());
        assertEquals(List.of(), treatment.asked());
    }

    @Test
    void in_shadow_both_start_together() {
        assertFalse(run(shadow()).isDone());

        assertEquals(List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE)), control.asked());
        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, TREATMENT_DEADLINE)), treatment.asked());
    }

    @Test
    void in_shadow_the_caller_has_controls_answer_while_treatment_still_runs() {
        CompletableFuture<ServingResult> run = run(shadow());

        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(Variant.CONTROL, run.join().servedBy());
        assertEquals(Group.SHADOW, run.join().assigned());
        assertNull(run.join().treatment());
        CompletableFuture<Outcome> running = treatmentOf(run.join());
        assertFalse(running.isDone());
        treatment.answer(BUY);
        assertEquals(BUY, running.join());
    }

    @Test
    void in_shadow_a_treatment_that_is_done_first_changes_nothing_and_is_not_lost() {
        CompletableFuture<ServingResult> run = run(shadow());

        treatment.answer(BUY);
        assertFalse(run.isDone());
        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(BUY, treatmentOf(run.join()).join());
        assertEquals(1, treatment.asked().size());
        assertEquals(1, control.asked().size());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void in_shadow_a_treatment_that_fails_changes_nothing(Outcome.Failure failure) {
        CompletableFuture<ServingResult> run = run(shadow());

        treatment.answer(failure);
        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertNull(run.join().fallback());
        assertEquals(failure, treatmentOf(run.join()).join());
    }

    @Test
    void in_shadow_a_treatment_that_breaks_its_promise_never_to_fail_changes_nothing() {
        CompletableFuture<ServingResult> run = run(shadow());

        treatment.fail(new IllegalStateException("a bug"));
        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
    }

    @Test
    void in_shadow_a_treatment_that_answered_is_never_given_for_a_control_that_failed() {
        Outcome failed = new Outcome.Failed("boom");
        CompletableFuture<ServingResult> run = run(shadow());

        treatment.answer(BUY);
        control.answer(failed);

        assertEquals(failed, run.join().served());
        assertNull(run.join().servedBy());
    }

    @Test
    void in_a_disabled_shadow_control_answers_alone() {
        CompletableFuture<ServingResult> run = run(exposure(experiment(Mode.SHADOW, 0.5, false), treatment));

        control.answer(HOLD);

        assertEquals(ServingResult.done(Group.SHADOW, HOLD, null, Fallback.TEST_DISABLED), run.join());
        assertEquals(List.of(), treatment.asked());
    }

    @Test
    void nothing_starts_before_somebody_wants_the_answer() {
        assertNotNull(modes.run(shadow()));
        assertNotNull(modes.run(split(0.5, true)));

        assertTrue(control.asked().isEmpty() && treatment.asked().isEmpty());
    }

    static Stream<Outcome.Failure> failures() {
        return Stream.of(
                new Outcome.TimedOut(200),
                new Outcome.Rejected("full"),
                new Outcome.Failed("boom"),
                new Outcome.Invalid("NaN"));
    }

    private static CompletableFuture<Outcome> treatmentOf(ServingResult result) {
        BackgroundCall running = result.second();
        if (running == null) {
            throw new AssertionError("nothing runs");
        }
        assertEquals(Variant.TREATMENT, running.which());
        return running.result().map(CallResult::outcome).subscribeAsCompletionStage();
    }

    private void start(Exposure exposure) {
        modes.run(exposure).subscribe().with(result -> {});
    }

    private CompletableFuture<ServingResult> run(Exposure exposure) {
        return modes.run(exposure).subscribeAsCompletionStage();
    }

    private Exposure split(double fraction, boolean enabled) {
        return exposure(experiment(Mode.TRAFFIC_SPLIT, fraction, enabled), treatment);
    }

    private Exposure split(Duration treatmentDeadline) {
        return Exposures.within(treatmentDeadline, split(1.0, true));
    }

    private Exposure shadow() {
        return exposure(experiment(Mode.SHADOW, 0.0, true), treatment);
    }

    private Exposure exposure(Experiment experiment, @Nullable FakePredictor treatmentModel) {
        return Exposures.of(experiment, Assignment.draw(experiment, Exposures.UNIT), control, treatmentModel, time);
    }

    private static Experiment experiment(Mode mode, double split, boolean enabled) {
        return new Experiment(
                "t",
                "bull",
                "bull_v2",
                new Split(split),
                mode,
                enabled,
                false,
                "",
                Instant.EPOCH,
                1,
                null,
                null,
                Guardrails.USUAL,
                new Split(0),
                VersionPolicy.USUAL,
                false,
                null,
                null,
                Symbols.ALL);
    }
}
