package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.hedge.ManualTimers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** That the concerns of a treatment call are put together in the right order. */
class TreatmentCallsTest {

    private final ManualTime time = new ManualTime();
    private final ManualTimers timers = new ManualTimers(time);
    private final FakeGate gate = new FakeGate();
    private final FakePredictor control = new FakePredictor("bull", 2);
    private final FakePredictor treatment = new FakePredictor("bull_v2", 2);
    private final TreatmentCalls calls = calls(0.5);

    @Test
    void of_a_disabled_experiment_no_permit_is_taken_and_the_reason_is_not_the_guards() {
        gate.openGuard();

        assertEquals(
                new TreatmentCall.Withheld(Fallback.TEST_DISABLED),
                calls.forCaller().ask(request(Calls.EXPERIMENT.withEnabled(false))));

        assertEquals(0, gate.given());
    }

    @Test
    void an_open_guard_withholds_the_treatment_and_starts_no_timer() {
        gate.openGuard();

        assertEquals(
                new TreatmentCall.Withheld(Fallback.GUARD_OPEN),
                calls.forCaller().ask(request(Calls.EXPERIMENT)));

        assertEquals(0, timers.size());
    }

    @Test
    void a_call_that_is_withdrawn_says_nothing_to_the_guard_and_control_answers() {
        CompletableFuture<CallResult> run = Calls.start(calls.forCaller().ask(request(Calls.EXPERIMENT)));
        gate.withhold(Fallback.FENCED);

        treatment.answer(new Outcome.Rejected("cancelled"));
        control.answer(HOLD);

        assertEquals(List.of(FakeGate.CANCELLED), gate.ended());
        assertEquals(Fallback.FENCED, run.join().fallback());
        assertEquals(HOLD, run.join().control());
    }

    @Test
    void a_bug_in_the_treatments_way_says_nothing_to_the_guard_and_control_answers() {
        CompletableFuture<CallResult> run = Calls.start(calls.forCaller().ask(request(Calls.EXPERIMENT)));

        treatment.fail(new IllegalStateException("a bug"));
        control.answer(HOLD);

        assertEquals(List.of(FakeGate.CANCELLED), gate.ended());
        assertEquals(Fallback.TREATMENT_ERROR, run.join().fallback());
        assertEquals(HOLD, run.join().control());
    }

    @Test
    void in_the_background_a_treatment_that_fails_costs_control_nothing() {
        Outcome failed = new Outcome.Failed("boom");
        CompletableFuture<CallResult> run = Calls.start(calls.inBackground().ask(request(Calls.EXPERIMENT)));
        timers.advance(Duration.ofSeconds(1));

        treatment.answer(failed);

        assertEquals(CallResult.of(failed), run.join());
        assertEquals(List.of(failed), gate.ended());
        assertEquals(List.of(), control.asked());
    }

    @Test
    void the_time_of_calls_in_the_background_does_not_move_the_hedge() {
        for (int i = 0; i < 40; i++) {
            Calls.begin(calls.inBackground().ask(request(Calls.EXPERIMENT)));
            treatment.answer(BUY);
        }
        Calls.begin(calls.forCaller().ask(request(Calls.EXPERIMENT)));

        timers.advance(Duration.ofMillis(99));
        assertEquals(List.of(), control.asked());
        timers.advance(Duration.ofMillis(1));

        assertEquals(1, control.asked().size());
    }

    @Test
    void a_fraction_that_is_none_stops_the_start_and_the_message_names_the_setting() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> calls(wrong))
                    .getMessage());

            assertTrue(message.startsWith("understudy.trial.hedge-fraction: got " + wrong), message);
        }
    }

    private TreatmentCalls calls(double hedgeFraction) {
        return new TreatmentCalls(gate, gate::admit, new ControlCall(gate, time), () -> hedgeFraction, time, timers);
    }

    private TreatmentRequest request(Experiment experiment) {
        return TreatmentRequest.of(Exposures.of(experiment, Group.TREATMENT, control, treatment, time));
    }
}
