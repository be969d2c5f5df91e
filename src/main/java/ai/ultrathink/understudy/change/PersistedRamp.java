package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.RampPlan;
import org.jspecify.annotations.Nullable;

/**
 * Ramp of an experiment as it is stored. Only the code that changes ramps interprets the state.
 *
 * @param state JSON, an object
 * @param problem why the row cannot be read, or null; if it cannot, the plan is a placeholder
 */
public record PersistedRamp(
        RampPlan plan, String state, @Nullable String problem) {

    public PersistedRamp(RampPlan plan, String state) {
        this(plan, state, null);
    }
}
