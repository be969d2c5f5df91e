package ai.ultrathink.understudy.replica;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * State that the replicas agree on, at one point in time.
 *
 * @param now the database's clock
 * @param wanted the wanted version of each model
 * @param replicas all replicas that have not signed off, alive or not
 * @param open the reload in progress, or null
 */
public record FleetState(
        Instant now,
        List<WantedModel> wanted,
        List<ReplicaState> replicas,
        @Nullable Reload open) {

    public FleetState {
        wanted = List.copyOf(wanted);
        replicas = List.copyOf(replicas);
    }

    /** The wanted version of a model, if one was set. */
    public Optional<WantedModel> wanted(String model) {
        return wanted.stream().filter(one -> one.model().equals(model)).findFirst();
    }
}
