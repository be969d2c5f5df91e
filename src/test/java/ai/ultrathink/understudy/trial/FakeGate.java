package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives leave unless a test takes it back, and remembers how each permit ended. */
final class FakeGate implements TreatmentGate {

    static final String CANCELLED = "cancelled";

    private final List<Object> ended = new ArrayList<>();
    private @Nullable Fallback withheld;
    private @Nullable Fallback withdrawn;

    void withhold(Fallback why) {
        withheld = why;
    }

    void takeBack(Fallback why) {
        withdrawn = why;
    }

    /** What each permit was ended with: an outcome or {@link #CANCELLED}. */
    List<Object> ended() {
        return ended;
    }

    @Override
    public TreatmentAccess ask(Experiment experiment) {
        if (!experiment.running()) {
            return new TreatmentAccess.Withheld(Fallback.TEST_DISABLED);
        }
        return withheld != null ? new TreatmentAccess.Withheld(withheld) : new TreatmentAccess.Granted(new Noting());
    }

    @Override
    public @Nullable Fallback withdrawn(Experiment experiment) {
        return withdrawn;
    }

    private final class Noting implements Permit {
        private boolean over;

        @Override
        public void conclude(Outcome outcome) {
            end(outcome);
        }

        @Override
        public void cancel() {
            end(CANCELLED);
        }

        private void end(Object how) {
            if (!over) {
                over = true;
                ended.add(how);
            }
        }
    }
}
