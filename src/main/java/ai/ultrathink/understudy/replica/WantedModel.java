package ai.ultrathink.understudy.replica;

import ai.ultrathink.understudy.experiment.ModelVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What every replica shall serve under a name.
 *
 * @param version or null when the model was taken away
 * @param since from when on, by the database's clock; a moment in the future while a switch is ahead
 * @param actor who wanted it
 */
public record WantedModel(String model, @Nullable ModelVersion version, Instant since, String actor) {}
