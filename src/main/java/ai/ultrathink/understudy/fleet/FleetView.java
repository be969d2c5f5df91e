package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadProgress;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.replica.WantedModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * State of the fleet as a replica last read it.
 *
 * @param alive the replicas that had reported recently
 * @param heardNanos when it was read, on the ticker's clock
 */
record FleetView(FleetState fleet, List<ReplicaState> alive, long heardNanos) {

    /** The database's clock, estimated on this replica. */
    Instant now(long nowNanos) {
        return fleet.now().plusNanos(nowNanos - heardNanos);
    }

    /** Time until a wanted version should serve; negative if it should already. */
    Duration ahead(WantedModel wanted, long nowNanos) {
        return Duration.between(now(nowNanos), wanted.since());
    }

    /** The progress of a reload on all replicas. */
    ReloadStatus status(Reload reload, long nowNanos) {
        Instant switchAt = reload.switchAt();
        boolean ahead = switchAt != null && switchAt.isAfter(now(nowNanos));
        return new ReloadStatus(reload, ahead ? Reload.State.LOADING : reload.state(), progress(reload));
    }

    /** The progress of a reload; a completed one keeps the progress at its completion. */
    private List<ReloadProgress> progress(Reload reload) {
        return switch (reload.state()) {
            case FAILED -> reload.progress();
            case LOADING -> progress(reload.targets());
            case SWITCHED ->
                reload.targets().stream().allMatch(this::wanted) ? progress(reload.targets()) : reload.progress();
        };
    }

    private boolean wanted(ReloadTarget target) {
        Predicate<WantedModel> same = wanted -> target.version() == null
                ? wanted.version() == null
                : target.version().equals(wanted.version());
        return fleet.wanted(target.model()).filter(same).isPresent();
    }

    private List<ReloadProgress> progress(List<ReloadTarget> targets) {
        return targets.stream()
                .flatMap(target -> alive.stream().map(replica -> ReloadHeadway.progress(replica, target)))
                .toList();
    }

    /** The state of a wanted model on each replica that has a model of this name. */
    List<OnReplica> on(String model) {
        return fleet.wanted(model).stream()
                .map(wanted -> new ReloadTarget(model, wanted.version()))
                .flatMap(target -> alive.stream().flatMap(replica -> on(replica, target).stream()))
                .toList();
    }

    private static Optional<OnReplica> on(ReplicaState replica, ReloadTarget target) {
        return replica.find(target.model()).map(model -> {
            ModelVersion serving = model.serving();
            ReloadHeadway headway = ReloadHeadway.of(replica, target);
            return new OnReplica(
                    replica.name(),
                    serving == null ? null : serving.shownDigest(),
                    headway.wireName(),
                    headway.detail());
        });
    }

    /** Whether a live replica has a model of this name but does not serve the wanted version. */
    boolean skewed(WantedModel wanted) {
        ModelVersion version = wanted.version();
        return version != null
                && alive.stream()
                        .flatMap(replica -> replica.find(wanted.model()).stream())
                        .anyMatch(model -> !model.serves(version.digest()));
    }

    /** Models that are here in a version from which the fleet has moved on, by name, with the reason. */
    Map<String, String> leftBehind(List<ModelInMemory> here) {
        Map<String, String> problems = new TreeMap<>();
        for (WantedModel wanted : fleet.wanted()) {
            here.stream()
                    .filter(model -> model.name().equals(wanted.model()))
                    .findFirst()
                    .flatMap(model -> leftBehind(wanted, model))
                    .ifPresent(why -> problems.put(wanted.model(), why));
        }
        return problems;
    }

    private static Optional<String> leftBehind(WantedModel wanted, ModelInMemory model) {
        ModelVersion version = wanted.version();
        ModelVersion serving = model.serving();
        return version == null || serving == null || model.has(version.digest())
                ? Optional.empty()
                : Optional.of("the fleet switches to " + version.text() + ", and this replica has " + serving.text());
    }
}
