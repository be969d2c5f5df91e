package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An experiment as it is stored.
 *
 * @param problem why the experiment is out of use, or null; if its row cannot be read, the experiment is a placeholder
 * @param deletedAt null unless it was deleted
 */
public record RecordedExperiment(
        Experiment experiment,
        @Nullable String problem,
        @Nullable Instant deletedAt) {}
