package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A gate and a guard: both let every request pass until a test says otherwise, and the guard remembers how permits ended. */
public final class FakeGate implements TreatmentGate {

    public static final String CANCELLED = "cancelled";

    private final List<Object> ended = new ArrayList<>();
    private @Nullable Fallback withheld;
    private boolean open;
    private boolean trying;
    private int given;

    /** From now on, for requests that wait as well. */
    public void withhold(Fallback why) {
        withheld = why;
    }

    /** The guard gives no permits any more. */
    public void openGuard() {
        open = true;
    }

    /** The guard gives permits to try the treatment. */
    public void tryTreatment() {
        trying = true;
    }

    /** How many permits were given. */
    public int given() {
        return given;
    }

    /** What each permit was ended with: an outcome or {@link #CANCELLED}. */
    public List<Object> ended() {
        return ended;
    }

    @Override
    public @Nullable Fallback withheld(Experiment experiment) {
        return experiment.running() ? withheld : Fallback.TEST_DISABLED;
    }

    @Override
    public boolean guardOpen(Experiment experiment) {
        return open;
    }

    @Override
    public boolean guardClosed(Experiment experiment) {
        return !open && !trying;
    }

    public Optional<Permit> admit(Experiment experiment) {
        if (open) {
            return Optional.empty();
        }
        given++;
        return Optional.of(new Noting());
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
