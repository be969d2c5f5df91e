package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One step of a ramp.
 *
 * @param split the fraction of units that treatment gets
 * @param hold how long it lasts at least, or null for as long as the plan's steps do
 */
public record RampStep(Split split, @Nullable Duration hold) {

    /** A step that lasts as long as the plan's steps do. */
    public RampStep(Split split) {
        this(split, null);
    }
}
