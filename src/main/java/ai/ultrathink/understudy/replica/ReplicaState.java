package ai.ultrathink.understudy.replica;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a process said of itself.
 *
 * @param name for people
 * @param heartbeat when it said so, by the database's clock
 * @param models which versions it has
 */
public record ReplicaState(UUID id, String name, Instant heartbeat, List<ModelInMemory> models) {

    public ReplicaState {
        models = List.copyOf(models);
    }

    /** What it has of one model, if anything. */
    public Optional<ModelInMemory> find(String model) {
        return models.stream().filter(one -> one.name().equals(model)).findFirst();
    }

    /** Whether it serves a version or could from one moment to the next. */
    public boolean has(String model, String digest) {
        return find(model).filter(one -> one.has(digest)).isPresent();
    }
}
