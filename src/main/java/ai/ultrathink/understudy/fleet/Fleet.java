package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.ModelStatus;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.journal.DataConfig;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.KnownCatalog;
import ai.ultrathink.understudy.replica.ReloadDecision;
import ai.ultrathink.understudy.replica.ReplicaName;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.storage.fleet.FleetStore;
import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This replica among the others. Twice a second it reports the versions that it holds, hears which are wanted, and does
 * what follows; any replica settles a reload that can be settled. Predictions do not use this class.
 */
@ApplicationScoped
public class Fleet {

    private static final Logger LOG = Logger.getLogger(Fleet.class);
    private static final String ACTOR = "fleet";
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(1);
    private static final int TIDY_EVERY = 7200;

    private final FleetStore store;
    private final Models models;
    private final FleetConfig config;
    private final TimeSource time;
    private final KnownCatalog catalog;
    private final ReplicaIdentity identity;
    private final ReloadRules settling;
    private final VersionAdoption adoption;
    private final VersionFollower follower;
    private final FleetMeters meters;
    private final AtomicInteger reloading = new AtomicInteger();
    private volatile @Nullable FleetView view;
    private volatile long hearingSinceNanos;
    private volatile boolean hearing;
    private volatile Cancellable beating = () -> {};
    private int beats;

    Fleet(
            FleetStore store,
            Models models,
            FleetConfig config,
            DataConfig data,
            ReplicaName replica,
            TimeSource time,
            NoArgGenerator ids,
            KnownCatalog catalog,
            MeterRegistry meters) {
        this.store = store;
        this.models = models;
        this.config = config;
        this.time = time;
        this.catalog = catalog;
        this.identity = ReplicaIdentity.of(data.dir(), replica.name(), ids);
        this.settling = new ReloadRules(config);
        this.adoption = new VersionAdoption(settling);
        this.follower = new VersionFollower(models, time);
        this.meters = new FleetMeters(meters, config.aliveWithin());
    }

    /** Starts to take part. Call once, when the schema is in place; models may be loaded later. */
    public void start() {
        beating = Multi.createFrom()
                .ticks()
                .every(config.beatEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick ->
                        beat().onFailure().invoke(this::silent).onFailure().recoverWithNull())
                .subscribe()
                .with(beat -> {}, failure -> LOG.error("this replica no longer follows the fleet", failure));
    }

    /** Whether this replica has read the wanted versions at least once. */
    public boolean joined() {
        return view != null;
    }

    /** Why this replica must get no requests: models that it has in another version than the other replicas serve. */
    public Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        for (ModelStatus status : models.status()) {
            if (status.state() == ModelStatus.State.WITHHELD) {
                problems.put(status.name(), String.valueOf(status.reason()));
            }
        }
        FleetView now = view;
        if (now != null) {
            now.leftBehind(models.inMemory()).forEach(problems::putIfAbsent);
        }
        return problems;
    }

    /** The version of a model that every replica is to serve, as heard last. */
    public Optional<ModelVersion> wanted(String model) {
        FleetView now = view;
        return now == null
                ? Optional.empty()
                : now.fleet().wanted(model).flatMap(one -> Optional.ofNullable(one.version()));
    }

    /** The replicas that were alive when the database last answered. */
    public List<ReplicaState> alive() {
        FleetView now = view;
        return now == null ? List.of() : now.alive();
    }

    /** The state of a wanted model on each replica that has a model of this name. */
    public List<OnReplica> on(String model) {
        FleetView now = view;
        return now == null ? List.of() : now.on(model);
    }

    /** A reload begins here: from now on every version that is loaded is kept. */
    synchronized void reloadBegins() {
        reloading.incrementAndGet();
    }

    void reloadEnds() {
        reloading.decrementAndGet();
    }

    /** What was heard last, or null. */
    @Nullable FleetView view() {
        return view;
    }

    /** Reports what is here, hears what is wanted, and does what follows. */
    Uni<Void> beat() {
        return models.loaded()
                ? store.beat(self()).chain(this::adopted).chain(this::heard)
                : Uni.createFrom().voidItem();
    }

    private Uni<FleetState> adopted(FleetState fleet) {
        if (!hearing) {
            hearing = true;
            hearingSinceNanos = time.nanoTime();
        }
        if (reloading.get() > 0 || adoption.due(fleet, self(), settled()).isEmpty()) {
            return Uni.createFrom().item(fleet);
        }
        return store.adopt(self(), ACTOR, now -> adoption.due(now, self(), settled()))
                .chain(() -> store.beat(self()));
    }

    ReloadDecision settlement(FleetState fleet) {
        return settling.of(fleet, settled());
    }

    private boolean settled() {
        return time.nanoTime() - hearingSinceNanos > config.aliveWithin().toNanos();
    }

    private void silent(Throwable failure) {
        hearing = false;
        LOG.debugf("the state of the fleet cannot be read: %s", failure.getMessage());
    }

    private Uni<Void> heard(FleetState fleet) {
        FleetView heard = new FleetView(fleet, settling.alive(fleet), time.nanoTime());
        follow(heard);
        boolean tidy = beats++ % TIDY_EVERY == 0;
        return (settlement(fleet) instanceof ReloadDecision.Wait
                        ? Uni.createFrom().voidItem()
                        : store.settle(this::settlement)
                                .chain(() -> store.beat(self()))
                                .invoke(now -> follow(new FleetView(now, settling.alive(now), time.nanoTime()))))
                .replaceWithVoid()
                .chain(() -> tidy ? store.tidy() : Uni.createFrom().voidItem());
    }

    /** Takes over a view. Responses may arrive out of order; an older view never replaces a newer one. */
    private synchronized void follow(FleetView heard) {
        FleetView before = view;
        if (before == null || !heard.fleet().now().isBefore(before.fleet().now())) {
            follower.follow(heard, reloading.get() > 0);
            view = heard;
            meters.heard(heard);
        }
    }

    ReplicaState self() {
        return new ReplicaState(identity.id(), identity.name(), time.now(), models.inMemory(), catalog.version());
    }

    @PreDestroy
    void stop() {
        beating.cancel();
        try {
            store.leave(identity.id()).await().atMost(LEAVE_WITHIN);
        } catch (RuntimeException e) {
            LOG.debugf("this replica could not sign off; the others will notice that it has ended: %s", e.getMessage());
        }
    }
}
