package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.LastEvaluation;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.storage.experiment.StoredGlance;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why an experiment needs a person, the most urgent first. */
public enum Attention {
    /** A step of its ramp awaits approval, or a change of it awaits a second person. */
    APPROVAL,
    /** The service disabled it, and no person has enabled it since. */
    ROLLED_BACK,
    /** Its ramp is paused. */
    RAMP_PAUSED,
    /** It runs, and a guardrail is breached. */
    BREACH,
    /** It runs, and this replica keeps requests from its treatment. */
    GUARD_OPEN;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON. */
    public String wireName() {
        return wireName;
    }

    /** The most urgent reason, or null if there is none. */
    static @Nullable Attention of(
            Experiment experiment, StoredGlance stored, @Nullable RampGlance ramp, boolean guardOpen) {
        if (stored.awaitsApproval() || (ramp != null && ramp.state().equals(AwaitingApproval.NAME))) {
            return APPROVAL;
        }
        if (stored.rolledBack() && !experiment.enabled()) {
            return ROLLED_BACK;
        }
        if (ramp != null && ramp.state().equals(Paused.NAME)) {
            return RAMP_PAUSED;
        }
        if (!experiment.running()) {
            return null;
        }
        LastEvaluation last = stored.evaluation();
        // of an earlier generation, it may have been cleared
        if (last != null
                && last.generation() == experiment.generation()
                && last.states().containsValue("breached")) {
            return BREACH;
        }
        return guardOpen ? GUARD_OPEN : null;
    }
}
