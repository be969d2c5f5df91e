package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.Exposures.CONTROL_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.Exposures.TREATMENT_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Timing;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlCallTest {

    private final ManualTime time = new ManualTime();
    private final FakePredictor control = new FakePredictor("bull", 2);
    private final FakeGate gate = new FakeGate();
    private final ControlCall call = new ControlCall(gate, time);
    private final Exposure exposure = Exposures.of(Calls.EXPERIMENT, Group.CONTROL, control, null, time);

    @Test
    void for_a_caller_control_has_what_is_left_of_the_requests_time_when_it_is_asked() {
        Uni<Outcome> asked = call.ask(exposure);
        time.advance(Duration.ofMillis(70));

        var run = asked.subscribeAsCompletionStage();
        control.answer(HOLD);

        assertEquals(HOLD, run.join());
        assertEquals(
                List.of(new FakePredictor.Asked(Variant.CONTROL, CONTROL_DEADLINE.minusMillis(70))), control.asked());
    }

    @Test
    void when_the_time_is_over_control_still_has_a_millisecond() {
        time.advance(CONTROL_DEADLINE.multipliedBy(2));

        call.ask(exposure).subscribe().with(outcome -> {});

        assertEquals(List.of(new FakePredictor.Asked(Variant.CONTROL, Duration.ofMillis(1))), control.asked());
    }

    @Test
    void for_a_caller_control_is_watched_as_long_as_the_treatment_would_have_had() {
        call.ask(exposure).subscribe().with(outcome -> {});

        control.late(Timing.LATE);
        control.answer(HOLD);

        assertEquals(TREATMENT_DEADLINE.toNanos(), exposure.controlWatch().lateAfterNanos());
        assertEquals(Timing.LATE, exposure.controlWatch().timing());
    }

    @Test
    void while_the_guard_keeps_requests_from_the_treatment_those_of_control_are_compared_with_nothing() {
        gate.openGuard();
        Exposure instead = Exposures.of(Calls.EXPERIMENT, Group.TREATMENT, control, null, time);

        call.ask(exposure).subscribe().with(outcome -> {});
        control.late(Timing.LATE);
        call.ask(instead).subscribe().with(outcome -> {});
        control.late(Timing.LATE);

        assertEquals(Timing.UNCOMPARED, exposure.controlWatch().timing());
        assertEquals(Timing.LATE, instead.controlWatch().timing());
    }

    @Test
    void in_the_background_control_is_asked_as_a_treatment_is() {
        call.askInBackground(exposure).subscribe().with(outcome -> {});

        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, TREATMENT_DEADLINE)), control.asked());
    }
}
