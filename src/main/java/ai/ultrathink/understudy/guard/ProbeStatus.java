package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import org.jspecify.annotations.Nullable;

/**
 * What probes say of a model in use.
 *
 * @param model its name
 * @param role what it is used as
 * @param failing why it cannot be relied on, or null when nothing speaks against it
 */
public record ProbeStatus(
        String model, Variant role, @Nullable String failing) {}
