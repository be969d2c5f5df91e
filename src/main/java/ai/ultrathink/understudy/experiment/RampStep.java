package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One step of a ramp.
 *
 * @param split the fraction of units that treatment gets
 * @param hold the minimum time of the step, or null for the plan's
 */
public record RampStep(Split split, @Nullable Duration hold) {

    /** A step with the plan's time. */
    public RampStep(Split split) {
        this(split, null);
    }
}
