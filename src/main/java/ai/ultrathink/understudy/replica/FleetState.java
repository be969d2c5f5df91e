package ai.ultrathink.understudy.replica;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that the replicas have to agree on, as of one moment.
 *
 * @param now the database's clock
 * @param wanted what each model shall be
 * @param replicas all that have not said that they end, alive or not
 * @param open the reload that is not settled, or null
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

    /** What a model shall be, if anybody has said so. */
    public Optional<WantedModel> wanted(String model) {
        return wanted.stream().filter(one -> one.model().equals(model)).findFirst();
    }
}
