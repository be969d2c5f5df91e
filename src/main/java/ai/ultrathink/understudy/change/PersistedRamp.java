package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.RampPlan;
import org.jspecify.annotations.Nullable;

/**
 * A test's ramp as it is kept. What the state means is for those to know who change it.
 *
 * @param state JSON, an object
 * @param problem why the row makes no sense, or null; then the plan is not the ramp's own
 */
public record PersistedRamp(
        RampPlan plan, String state, @Nullable String problem) {

    public PersistedRamp(RampPlan plan, String state) {
        this(plan, state, null);
    }
}
