package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.CatalogChange;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.fleet.Fleet;
import ai.ultrathink.understudy.guard.Guards;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.storage.experiment.OverviewStore;
import ai.ultrathink.understudy.storage.experiment.RampStore;
import ai.ultrathink.understudy.storage.experiment.StoredGlance;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** How things stand with all experiments: two or three queries in all, and no evaluation. */
@ApplicationScoped
public class Overviews {

    private final OverviewStore store;
    private final RampStore ramps;
    private final Fleet fleet;
    private final Guards guards;

    Overviews(OverviewStore store, RampStore ramps, Fleet fleet, Guards guards) {
        this.store = store;
        this.ramps = ramps;
        this.fleet = fleet;
        this.guards = guards;
    }

    /** The experiments of a catalog: those that need a person first, by urgency, then the newest. */
    public Uni<List<ExperimentGlance>> of(Catalog catalog) {
        List<ReplicaState> alive = fleet.alive();
        return store.glances(catalog.all())
                .chain(stored -> ramps.except()
                        .chain(ramped -> changes(catalog, alive)
                                .map(changes -> new ReplicasInStep(catalog.version(), alive, changes))
                                .map(replicas -> catalog.all().stream()
                                        .map(experiment -> glance(experiment, stored, ramped, replicas))
                                        .sorted(Comparator.comparing(
                                                ExperimentGlance::attention,
                                                Comparator.nullsLast(Comparator.naturalOrder())))
                                        .toList())));
    }

    private Uni<List<CatalogChange>> changes(Catalog catalog, List<ReplicaState> alive) {
        OptionalLong behind = ReplicasInStep.behind(catalog.version(), alive);
        return behind.isPresent()
                ? store.changes(behind.getAsLong(), catalog.version())
                : Uni.createFrom().item(List.of());
    }

    private ExperimentGlance glance(
            Experiment experiment,
            Map<String, StoredGlance> glances,
            Map<String, PersistedRamp> ramped,
            ReplicasInStep replicas) {
        String testId = experiment.testId();
        StoredGlance stored = glances.getOrDefault(testId, StoredGlance.NONE);
        PersistedRamp persisted = ramped.get(testId);
        RampGlance ramp = persisted == null ? null : RampGlance.of(persisted, experiment, stored.evaluation());
        return new ExperimentGlance(
                experiment,
                stored.evaluation(),
                ramp,
                stored.event(),
                replicas.alive().size(),
                replicas.having(testId),
                Attention.of(experiment, stored, ramp, !guards.closed(testId)));
    }
}
