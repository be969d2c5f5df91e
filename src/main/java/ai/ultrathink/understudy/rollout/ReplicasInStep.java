package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.CatalogChange;
import ai.ultrathink.understudy.replica.ReplicaState;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How many replicas have a test as this one has it.
 *
 * @param version the catalog of this replica
 * @param alive the replicas, as each reported last
 * @param changes of the catalog, from the version of the last of them up to this one
 */
record ReplicasInStep(long version, List<ReplicaState> alive, List<CatalogChange> changes) {

    /** The catalog of the replica that is furthest behind, unless all have what this one has. */
    static OptionalLong behind(long version, List<ReplicaState> alive) {
        return alive.stream()
                .map(ReplicaState::catalogVersion)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .filter(there -> there >= 0 && there < version)
                .min();
    }

    /** How many have the experiment in the same generation, or in a later one. */
    int having(String testId) {
        return (int) alive.stream()
                .filter(replica -> {
                    Long there = replica.catalogVersion();
                    return there != null
                            && there >= 0
                            && changes.stream().noneMatch(change -> change.version() > there && change.touches(testId));
                })
                .count();
    }
}
