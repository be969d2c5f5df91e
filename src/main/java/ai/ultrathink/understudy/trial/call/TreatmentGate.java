package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.outcome.Fallback;
import org.jspecify.annotations.Nullable;

/** Whether the treatment of an experiment may be used now. */
public interface TreatmentGate {

    /** Why it may not, or null when it may. Asked again and again while a request waits: cheap, and never throws. */
    @Nullable Fallback withheld(Experiment experiment);

    /** Whether the guard would keep a request from the treatment now. Takes no permit. */
    boolean guardOpen(Experiment experiment);

    /** Whether the guard neither keeps requests from the treatment nor tries it. */
    boolean guardClosed(Experiment experiment);
}
