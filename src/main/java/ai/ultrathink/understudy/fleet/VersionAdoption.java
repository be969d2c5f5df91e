package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.replica.WantedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Decides which versions of a replica the fleet adopts without a reload: those of a new name, and those whose wanted
 * version no live replica has any more. So a service that starts alone serves the versions in its folders.
 */
final class VersionAdoption {

    private final ReloadRules settling;

    VersionAdoption(ReloadRules settling) {
        this.settling = settling;
    }

    /**
     * @param self the replica
     * @param settled whether other replicas have had time to report since the database answers this one
     */
    List<ModelVersion> due(FleetState fleet, ReplicaState self, boolean settled) {
        List<ModelVersion> adopted = new ArrayList<>();
        for (ModelInMemory model : self.models()) {
            ModelVersion here = model.serving() == null ? model.ready() : model.serving();
            if (here != null && !model.gone() && due(fleet, self, settled, here)) {
                adopted.add(here);
            }
        }
        return adopted;
    }

    private boolean due(FleetState fleet, ReplicaState self, boolean settled, ModelVersion here) {
        Optional<WantedModel> wanted = fleet.wanted(here.name());
        ModelVersion version = wanted.map(WantedModel::version).orElse(null);
        if (version == null) {
            return !inReload(fleet, here.name());
        }
        return !version.digest().equals(here.digest())
                && !wanted.orElseThrow().since().isAfter(fleet.now())
                && !inReload(fleet, here.name())
                && !self.has(here.name(), version.digest())
                && othersGone(fleet, self.id(), settled)
                        .map(others -> others.stream().noneMatch(other -> other.has(here.name(), version.digest())))
                        .orElse(false);
    }

    private static boolean inReload(FleetState fleet, String model) {
        Reload open = fleet.open();
        return open != null
                && open.targets().stream().anyMatch(target -> target.model().equals(model));
    }

    /** The other live replicas; empty while a replica that was alive may only be late. */
    private Optional<List<ReplicaState>> othersGone(FleetState fleet, UUID self, boolean settled) {
        List<ReplicaState> alive = settling.alive(fleet).stream()
                .filter(replica -> !replica.id().equals(self))
                .toList();
        boolean silent = fleet.replicas().stream()
                .filter(replica -> !replica.id().equals(self))
                .anyMatch(replica -> !alive.contains(replica));
        return silent && !settled ? Optional.empty() : Optional.of(alive);
    }
}
