package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.call.FakeGate;
import ai.ultrathink.understudy.trial.call.TreatmentCalls;
import ai.ultrathink.understudy.trial.hedge.ManualTimers;
import java.time.Duration;

/** The settings of a trial as tests want them: two places, of which shadows may use one, and all of them noise. */
final class QuickTrial implements TrialConfig {

    @Override
    public Duration controlDeadline() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration treatmentDeadline() {
        return Duration.ofMillis(200);
    }

    @Override
    public int maxInFlight() {
        return 2;
    }

    @Override
    public int maxInFlightWithShadow() {
        return 1;
    }

    @Override
    public double noiseFraction() {
        return 1;
    }

    /** Both serving modes, hedged when half of the treatment's deadline is over. */
    static ServingModes modes(FakeGate gate, Admission admission, ManualTime time, ManualTimers timers) {
        ControlCall control = new ControlCall(gate, time);
        return new ServingModes(
                control, new TreatmentCalls(gate, gate::admit, control, () -> 0.5, time, timers), admission);
    }
}
