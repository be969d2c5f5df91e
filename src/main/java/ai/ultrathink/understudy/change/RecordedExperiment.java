package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A test as the database has it.
 *
 * @param problem why it is out of use, or null: its row makes no sense, and the test is a stand-in
 * @param deletedAt null while it is not deleted
 */
public record RecordedExperiment(
        Experiment experiment,
        @Nullable String problem,
        @Nullable Instant deletedAt) {}
