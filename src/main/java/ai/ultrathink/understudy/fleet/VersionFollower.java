package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.replica.WantedModel;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Brings this process to the wanted versions: stages them, and switches at the agreed time. */
final class VersionFollower {

    private static final Logger LOG = Logger.getLogger(VersionFollower.class);
    /** Number of heartbeats between attempts to load versions that failed or have no folder. */
    private static final int PATIENCE = 10;

    private final Models models;
    private final TimeSource time;
    private final Set<WantedModel> scheduled = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile @Nullable FleetView view;
    private int looks;

    VersionFollower(Models models, TimeSource time) {
        this.models = models;
        this.time = time;
    }

    /**
     * Follows a view. One call at a time.
     *
     * @param keepAll whether staged versions are kept because they may be wanted soon
     */
    void follow(FleetView heard, boolean keepAll) {
        view = heard;
        Map<String, ModelInMemory> here = here();
        for (WantedModel wanted : heard.fleet().wanted()) {
            Duration ahead = heard.ahead(wanted, time.nanoTime());
            if (ahead.isPositive()) {
                schedule(wanted, ahead);
            } else {
                switchTo(wanted, here.get(wanted.model()));
            }
        }
        if (!keepAll) {
            models.clear(kept(heard));
        }
        look(heard);
    }

    private void schedule(WantedModel wanted, Duration ahead) {
        if (scheduled.add(wanted)) {
            Uni.createFrom().voidItem().onItem().delayIt().by(ahead).subscribe().with(due -> {
                scheduled.remove(wanted);
                FleetView now = view;
                if (now != null && now.fleet().wanted().contains(wanted)) {
                    switchTo(wanted, here().get(wanted.model()));
                }
            });
        }
    }

    /** Switches to a version, unless it already serves or there is nothing to remove. */
    private void switchTo(WantedModel wanted, @Nullable ModelInMemory model) {
        if (model == null) {
            return;
        }
        ModelVersion version = wanted.version();
        if (version == null) {
            if (model.gone()) {
                models.remove(model.name());
            }
        } else if (!model.serves(version.digest()) && (model.has(version.digest()) || model.serving() != null)) {
            models.switchTo(version);
        }
    }

    private static Set<String> kept(FleetView heard) {
        Set<String> kept = new HashSet<>();
        heard.fleet().wanted().stream()
                .filter(wanted -> wanted.since().isAfter(heard.fleet().now()))
                .forEach(wanted -> kept.add(wanted.model()));
        targets(heard).forEach(target -> kept.add(target.model()));
        return kept;
    }

    private static List<ReloadTarget> targets(FleetView heard) {
        Reload open = heard.fleet().open();
        return open == null ? List.of() : open.targets();
    }

    private void look(FleetView heard) {
        boolean everything = looks++ % PATIENCE == 0;
        Map<String, ModelInMemory> here = here();
        Map<String, String> missing = new HashMap<>();
        heard.fleet().wanted().stream()
                .map(WantedModel::version)
                .filter(version ->
                        version != null && (everything || worthLooking(here.get(version.name()), version.digest())))
                .forEach(version -> missing.put(version.name(), version.digest()));
        boolean leaving = false;
        for (ReloadTarget target : targets(heard)) {
            ModelVersion version = target.version();
            ModelInMemory model = here.get(target.model());
            if (version == null) {
                leaving |= model != null && !model.gone();
            } else if (model == null || everything || worthLooking(model, version.digest())) {
                missing.put(version.name(), version.digest());
            }
        }
        missing.entrySet()
                .removeIf(one -> Optional.ofNullable(here.get(one.getKey()))
                        .filter(model -> model.has(one.getValue()))
                        .isPresent());
        if ((leaving || !missing.isEmpty()) && looking.compareAndSet(false, true)) {
            models.stage(missing)
                    .onTermination()
                    .invoke(() -> looking.set(false))
                    .subscribe()
                    .with(
                            looked -> {},
                            failure -> LOG.warnf("the models directory was not read: %s", failure.getMessage()));
        }
    }

    private static boolean worthLooking(@Nullable ModelInMemory model, String digest) {
        return model != null && !model.has(digest) && !(digest.equals(model.folder()) && model.problem() != null);
    }

    private Map<String, ModelInMemory> here() {
        Map<String, ModelInMemory> here = new HashMap<>();
        models.inMemory().forEach(model -> here.put(model.name(), model));
        return here;
    }
}
