package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.outcome.Fallback;
import org.jspecify.annotations.Nullable;

/** Who may use the treatment of a test now. */
interface TreatmentGate {

    /** Asked once for each request that would use the treatment. */
    TreatmentAccess ask(Experiment experiment);

    /** Why a request that was given leave has lost it while it waited, or null when it still has it. Cheap. */
    @Nullable Fallback withdrawn(Experiment experiment);
}
