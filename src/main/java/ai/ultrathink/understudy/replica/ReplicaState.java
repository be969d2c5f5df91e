package ai.ultrathink.understudy.replica;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * State that a replica last reported.
 *
 * @param name for readers
 * @param heartbeat when it reported, by the database's clock
 * @param models the versions that it holds
 * @param catalogVersion the catalog of experiments that it has; negative before its first, null from an earlier release
 */
public record ReplicaState(
        UUID id,
        String name,
        Instant heartbeat,
        List<ModelInMemory> models,
        @Nullable Long catalogVersion) {

    public ReplicaState {
        models = List.copyOf(models);
    }

    /** The versions that it holds of one model, if any. */
    public Optional<ModelInMemory> find(String model) {
        return models.stream().filter(one -> one.name().equals(model)).findFirst();
    }

    /** Whether it serves a version, or could serve it at once. */
    public boolean has(String model, String digest) {
        return find(model).filter(one -> one.has(digest)).isPresent();
    }
}
