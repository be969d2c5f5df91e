package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/** Keeps nobody from the treatment. */
final class OpenGate implements TreatmentGate {

    private static final TreatmentAccess GRANTED = new TreatmentAccess.Granted(new Permit() {
        @Override
        public void conclude(Outcome outcome) {}

        @Override
        public void cancel() {}
    });

    @Override
    public TreatmentAccess ask(Experiment experiment) {
        return GRANTED;
    }

    @Override
    public @Nullable Fallback withdrawn(Experiment experiment) {
        return null;
    }
}
