package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/** Keeps nobody from the treatment. */
final class OpenClearance implements Clearance {

    private static final Leave GRANTED = new Leave.Granted(new Permit() {
        @Override
        public void conclude(Outcome outcome) {}

        @Override
        public void cancel() {}
    });

    @Override
    public Leave ask(Experiment test) {
        return GRANTED;
    }

    @Override
    public @Nullable Fallback withdrawn(Experiment test) {
        return null;
    }
}
