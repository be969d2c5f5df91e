package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.storage.fleet.FleetStore;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reloads as people ask for them: what has changed in the models directory is to be served by every replica. */
@ApplicationScoped
public class Reloads {

    private final FleetStore store;
    private final Models models;
    private final FleetConfig config;
    private final TimeSource time;
    private final NoArgGenerator ids;
    private final Fleet fleet;

    Reloads(FleetStore store, Models models, FleetConfig config, TimeSource time, NoArgGenerator ids, Fleet fleet) {
        this.store = store;
        this.models = models;
        this.config = config;
        this.time = time;
        this.ids = ids;
        this.fleet = fleet;
    }

    /** A reload, and the progress of each replica with it. */
    public Uni<Optional<ReloadStatus>> find(UUID reloadId) {
        return store.find(reloadId).map(found -> found.flatMap(this::status));
    }

    private Optional<ReloadStatus> status(Reload reload) {
        return Optional.ofNullable(fleet.view()).map(now -> now.status(reload, time.nanoTime()));
    }

    /**
     * Reads the models directory, and lets all replicas switch to what has changed in it. Fails with
     * {@link ai.ultrathink.understudy.storage.db.DatabaseAwayException} when something has changed and the database does not answer,
     * because the other replicas are not known then.
     */
    public Uni<Reloaded> reload(String actor) {
        return Uni.createFrom()
                .deferred(() -> {
                    fleet.reloadBegins();
                    return models.stage().chain(here -> propose(actor, here));
                })
                .onTermination()
                .invoke(fleet::reloadEnds);
    }

    private Uni<Reloaded> propose(String actor, List<ModelInMemory> here) {
        List<ReloadTarget> targets = changed(here);
        if (targets.isEmpty()) {
            return Uni.createFrom().item(new Reloaded.Unchanged());
        }
        UUID id = ids.generate();
        return store.begin(id, actor, fleet.self(), config.reloadWithin(), targets, fleet::settlement)
                .chain(reload -> reload.id().equals(id) || reload.targets().equals(targets)
                        ? begun(reload)
                        : later().chain(() -> propose(actor, models.inMemory())));
    }

    /** Without other replicas it is over in a moment, and the caller waits for that. */
    private Uni<Reloaded> begun(Reload reload) {
        // the second beat reports what the first has switched to
        return fleet.beat()
                .chain(fleet::beat)
                .onFailure()
                .recoverWithNull()
                .chain(beat -> store.find(reload.id()))
                .chain(found -> {
                    FleetView now = fleet.view();
                    if (now == null) {
                        return Uni.createFrom()
                                .failure(new IllegalStateException(
                                        "a reload has begun, but the state of the fleet cannot be read"));
                    }
                    ReloadStatus status = now.status(found.orElse(reload), time.nanoTime());
                    if (now.alive().size() > 1) {
                        return Uni.createFrom().item(new Reloaded.Underway(status));
                    }
                    return status.state() == Reload.State.LOADING
                            ? later().chain(() -> begun(reload))
                            : Uni.createFrom().item(new Reloaded.Done());
                });
    }

    private Uni<Void> later() {
        return Uni.createFrom().voidItem().onItem().delayIt().by(config.beatEvery());
    }

    /** Versions that the folders have and the fleet does not serve yet. */
    private List<ReloadTarget> changed(List<ModelInMemory> here) {
        List<ReloadTarget> targets = new ArrayList<>();
        for (ModelInMemory model : here) {
            ModelVersion ready = model.ready();
            if (model.gone() && model.serving() != null) {
                targets.add(new ReloadTarget(model.name(), null));
            } else if (ready != null
                    && ready.digest().equals(model.folder())
                    && fleet.wanted(model.name()).filter(ready::equals).isEmpty()) {
                targets.add(new ReloadTarget(model.name(), ready));
            }
        }
        return targets;
    }
}
