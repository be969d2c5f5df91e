package ai.ultrathink.understudy.replica;

import ai.ultrathink.understudy.experiment.ModelVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Version that every replica should serve under a model's name.
 *
 * @param version the version, or null if the model was removed
 * @param since when it takes effect, by the database's clock; in the future while a switch is pending
 * @param actor who requested it
 */
public record WantedModel(String model, @Nullable ModelVersion version, Instant since, String actor) {}
