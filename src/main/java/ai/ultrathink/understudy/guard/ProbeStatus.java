package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import org.jspecify.annotations.Nullable;

/**
 * Status of a model in use, according to its probes.
 *
 * @param model its name
 * @param role its role
 * @param failing why its probe fails, or null if it passes
 */
public record ProbeStatus(
        String model, Variant role, @Nullable String failing) {}
