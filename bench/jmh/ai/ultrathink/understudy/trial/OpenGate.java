package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.call.TreatmentGate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A gate and a guard that let every request pass. */
final class OpenGate implements TreatmentGate {

    private static final Optional<Permit> GRANTED = Optional.of(new Permit() {
        @Override
        public void conclude(Outcome outcome) {}

        @Override
        public void cancel() {}
    });

    static Optional<Permit> admit(Experiment experiment) {
        return GRANTED;
    }

    @Override
    public @Nullable Fallback withheld(Experiment experiment) {
        return null;
    }

    @Override
    public boolean guardOpen(Experiment experiment) {
        return false;
    }

    @Override
    public boolean guardClosed(Experiment experiment) {
        return true;
    }
}
