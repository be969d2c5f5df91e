package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.trial.exposure.Exposures.TREATMENT_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.trial.call.FakeGate;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import ai.ultrathink.understudy.trial.hedge.ManualTimers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests of a split that both models are to answer. */
class PairsInSplitTest {

    private static final Outcome FAILED = new Outcome.Failed("boom");

    private final ManualTime time = new ManualTime();
    private final ManualTimers timers = new ManualTimers(time);
    private final FakeGate gate = new FakeGate();
    private final Admission admission = new Admission(new QuickTrial(), new SimpleMeterRegistry());
    private final ServingMode modes = QuickTrial.modes(gate, admission, time, timers);
    private final FakePredictor control = new FakePredictor("bull", 2);
    private final FakePredictor treatment = new FakePredictor("bull_v2", 2);

    @Test
    void a_unit_of_control_is_answered_before_the_treatment_is_even_asked() {
        CompletableFuture<ServingResult> run = run(0, 1);

        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(Variant.CONTROL, run.join().servedBy());
        assertEquals(Group.CONTROL, run.join().assigned());
        assertEquals(Pairing.PAIRED, run.join().pairing());
        assertNull(run.join().fallback());
        assertEquals(List.of(), treatment.asked());
        CompletableFuture<Outcome> second = second(run.join(), Variant.TREATMENT);
        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, TREATMENT_DEADLINE)), treatment.asked());
        treatment.answer(BUY);
        assertEquals(BUY, second.join());
        assertEquals(List.of(BUY), gate.ended());
    }

    @Test
    void at_full_split_control_is_asked_behind_all_of_its_own_work() {
        CompletableFuture<ServingResult> run = run(1, 1);

        treatment.answer(BUY);

        assertEquals(BUY, run.join().served());
        assertEquals(Variant.TREATMENT, run.join().servedBy());
        assertEquals(List.of(), control.asked());
        CompletableFuture<Outcome> second = second(run.join(), Variant.CONTROL);
        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, TREATMENT_DEADLINE)), control.asked());
        control.answer(HOLD);
        assertEquals(HOLD, second.join());
        assertEquals(BUY, run.join().served());
    }

    @Test
    void while_the_guard_tries_the_treatment_its_trials_are_for_treatments_own_requests() {
        gate.tryTreatment();
        CompletableFuture<ServingResult> ofControl = run(experiment(0.5, 1), Group.CONTROL);
        control.answer(HOLD);
        CompletableFuture<ServingResult> ofTreatment = run(experiment(0.5, 1), Group.TREATMENT);
        treatment.answer(BUY);

        assertEquals(Pairing.WITHHELD, ofControl.join().pairing());
        assertNull(ofControl.join().second());
        assertEquals(BUY, ofTreatment.join().served());
        assertEquals(1, gate.given());
    }

    @Test
    void where_treatment_has_no_requests_of_its_own_pairs_try_it() {
        gate.tryTreatment();
        CompletableFuture<ServingResult> run = run(0, 1);
        control.answer(HOLD);

        assertEquals(Pairing.PAIRED, run.join().pairing());
        assertEquals(1, gate.given());
    }

    @Test
    void a_second_model_that_fails_changes_nothing() {
        CompletableFuture<ServingResult> run = run(0, 1);
        control.answer(HOLD);
        CompletableFuture<Outcome> second = second(run.join(), Variant.TREATMENT);

        treatment.answer(FAILED);

        assertEquals(FAILED, second.join());
        assertEquals(HOLD, run.join().served());
        assertNull(run.join().fallback());
        assertEquals(List.of(FAILED), gate.ended());
    }

    @Test
    void where_control_fails_the_treatment_is_asked_to_compare_and_never_answers() {
        CompletableFuture<ServingResult> run = run(0, 1);

        control.answer(FAILED);
        CompletableFuture<Outcome> second = second(run.join(), Variant.TREATMENT);
        treatment.answer(BUY);

        assertEquals(FAILED, run.join().served());
        assertNull(run.join().servedBy());
        assertEquals(BUY, second.join());
    }

    @Test
    void where_treatment_fails_control_is_asked_once_and_is_the_second() {
        CompletableFuture<ServingResult> run = run(1, 1);

        treatment.answer(FAILED);
        control.answer(HOLD);

        assertEquals(HOLD, run.join().served());
        assertEquals(Fallback.TREATMENT_ERROR, run.join().fallback());
        assertEquals(Pairing.PAIRED, run.join().pairing());
        assertNull(run.join().second());
        assertEquals(1, control.asked().size());
    }

    @Test
    void a_treatment_without_a_turn_makes_no_pair() {
        CompletableFuture<ServingResult> run = run(1, 1);

        treatment.answer(new Outcome.Rejected("full"));
        control.answer(HOLD);

        assertEquals(Pairing.SHED, run.join().pairing());
    }

    @Test
    void without_room_the_second_model_is_left_out_in_either_arm() {
        admission.enter();
        admission.enter();
        CompletableFuture<ServingResult> ofControl = run(0, 1);
        control.answer(HOLD);
        CompletableFuture<ServingResult> ofTreatment = run(1, 1);
        treatment.answer(BUY);

        for (ServingResult result : List.of(ofControl.join(), ofTreatment.join())) {
            assertEquals(Pairing.SHED, result.pairing());
            assertNull(result.second());
        }
        assertEquals(1, control.asked().size());
        assertEquals(1, treatment.asked().size());
    }

    @Test
    void without_room_a_treatment_that_fails_is_no_pair_either_or_load_would_keep_the_failures_alone() {
        admission.enter();
        admission.enter();
        CompletableFuture<ServingResult> run = run(1, 1);

        treatment.answer(FAILED);
        control.answer(HOLD);

        assertEquals(Pairing.SHED, run.join().pairing());
    }

    @Test
    void without_leave_the_treatment_is_not_asked() {
        gate.withhold(Fallback.GUARD_OPEN);
        CompletableFuture<ServingResult> ofControl = run(0, 1);
        control.answer(HOLD);
        CompletableFuture<ServingResult> ofTreatment = run(1, 1);
        control.answer(HOLD);

        assertEquals(Pairing.WITHHELD, ofControl.join().pairing());
        assertNull(ofControl.join().fallback());
        assertEquals(Pairing.WITHHELD, ofTreatment.join().pairing());
        assertEquals(Fallback.GUARD_OPEN, ofTreatment.join().fallback());
        assertEquals(List.of(), treatment.asked());
    }

    @Test
    void a_request_that_was_not_drawn_asks_one_model() {
        CompletableFuture<ServingResult> run = run(0, 0);

        control.answer(HOLD);

        assertEquals(ServingResult.done(Group.CONTROL, HOLD, null, null), run.join());
    }

    @Test
    void in_a_test_that_is_off_there_is_nothing_to_compare() {
        CompletableFuture<ServingResult> run = run(experiment(0, 1).withEnabled(false));

        control.answer(HOLD);

        assertNull(run.join().pairing());
    }

    @Test
    void a_caller_that_leaves_before_the_answer_leaves_no_permit_behind() {
        CompletableFuture<ServingResult> run = run(0, 1);

        run.cancel(true);

        assertEquals(List.of(), treatment.asked());
        assertEquals(List.of(), gate.ended());
        assertFalse(run.isDone() && !run.isCancelled());
        assertTrue(run.isCancelled());
    }

    private static CompletableFuture<Outcome> second(ServingResult result, Variant which) {
        BackgroundCall second = Objects.requireNonNull(result.second());
        assertEquals(which, second.which());
        return second.result().map(CallResult::outcome).subscribeAsCompletionStage();
    }

    private CompletableFuture<ServingResult> run(double fraction, double pairs) {
        return run(experiment(fraction, pairs));
    }

    private CompletableFuture<ServingResult> run(Experiment experiment) {
        return run(experiment, Assignment.draw(experiment, Exposures.UNIT));
    }

    private CompletableFuture<ServingResult> run(Experiment experiment, Group assigned) {
        Exposure exposure = Exposures.of(experiment, assigned, control, treatment, time);
        return modes.run(exposure).subscribeAsCompletionStage();
    }

    private static Experiment experiment(double split, double pairs) {
        return new Experiment(
                "t",
                "bull",
                "bull_v2",
                new Split(split),
                Mode.TRAFFIC_SPLIT,
                true,
                false,
                "",
                Instant.EPOCH,
                1,
                null,
                null,
                Guardrails.USUAL,
                new Split(pairs),
                VersionPolicy.USUAL,
                false,
                null,
                null,
                Symbols.ALL);
    }
}
