package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.Exposures.CONTROL_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.hedge.ManualTimers;
import ai.ultrathink.understudy.trial.hedge.RecentLatencies;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HedgedCallTest {

    private static final Outcome FAILED = new Outcome.Failed("boom");

    private final ManualTime time = new ManualTime();
    private final ManualTimers timers = new ManualTimers(time);
    private final RecentLatencies latencies = new RecentLatencies(time);
    private final FakePredictor control = new FakePredictor("bull", 2);
    private final FakeCall delegate = new FakeCall();
    private final TreatmentCall call =
            new HedgedCall(delegate, new ControlCall(new FakeGate(), time), latencies, 0.5, timers);

    @Test
    void where_the_treatment_fails_the_result_has_controls_outcome_too() {
        CompletableFuture<CallResult> run = start(exposure());

        delegate.end(CallResult.of(FAILED));
        control.answer(HOLD);

        assertEquals(CallResult.of(FAILED).with(HOLD), run.join());
    }

    @Test
    void where_the_treatment_answers_in_time_control_is_not_asked() {
        CompletableFuture<CallResult> run = start(exposure());

        delegate.end(CallResult.of(BUY));
        timers.advance(CONTROL_DEADLINE);

        assertEquals(CallResult.of(BUY), run.join());
        assertEquals(List.of(), control.asked());
        assertEquals(0, timers.size());
    }

    @Test
    void an_answer_that_is_late_is_taken_and_control_is_told_to_stop() {
        CompletableFuture<CallResult> run = start(exposure());
        timers.advance(Duration.ofMillis(100));
        assertEquals(
                List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE.minusMillis(100))), control.asked());

        delegate.end(CallResult.of(BUY));

        assertEquals(CallResult.of(BUY), run.join());
        assertEquals(1, control.cancelled());
    }

    @Test
    void a_treatment_that_usually_is_quick_is_given_no_more_than_its_usual_time() {
        for (int i = 0; i < 40; i++) {
            latencies.add("bull_v2", time.nanoTime() - Duration.ofMillis(10).toNanos());
        }
        begin(exposure());

        timers.advance(Duration.ofMillis(12));

        assertEquals(1, control.asked().size());
    }

    @Test
    void even_the_quickest_treatment_is_given_a_millisecond() {
        for (int i = 0; i < 40; i++) {
            latencies.add("bull_v2", time.nanoTime());
        }
        begin(exposure());

        timers.advance(Duration.ofNanos(999_999));
        assertEquals(0, control.asked().size());
        timers.advance(Duration.ofNanos(1));

        assertEquals(1, control.asked().size());
    }

    @Test
    void for_a_call_that_is_withheld_no_timer_runs() {
        TreatmentCall.Withheld withheld = new TreatmentCall.Withheld(Fallback.GUARD_OPEN);
        delegate.withhold(withheld);

        assertEquals(withheld, call.ask(TreatmentRequest.of(exposure())));

        assertEquals(0, timers.size());
    }

    @Test
    void a_call_that_is_given_up_takes_control_along() {
        CompletableFuture<CallResult> run = start(exposure());
        timers.advance(Duration.ofMillis(100));

        run.cancel(true);

        assertEquals(1, delegate.abandoned());
        assertEquals(1, control.cancelled());
        assertEquals(0, timers.size());
    }

    private void begin(Exposure exposure) {
        Calls.begin(call.ask(TreatmentRequest.of(exposure)));
    }

    private CompletableFuture<CallResult> start(Exposure exposure) {
        return Calls.start(call.ask(TreatmentRequest.of(exposure)));
    }

    private Exposure exposure() {
        return Exposures.of(Calls.EXPERIMENT, Group.TREATMENT, control, null, time);
    }
}
