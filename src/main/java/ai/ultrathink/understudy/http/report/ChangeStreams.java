package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.fleet.Fleet;
import ai.ultrathink.understudy.fleet.OnReplica;
import ai.ultrathink.understudy.inference.ModelStatus;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of changes. While there is one, this replica looks at regular times, and after each change of the catalog, at what
 * readers can see, and tells all streams what is not as it was: one look for all of them, and none without a stream. A reader that is
 * too slow for a bounded queue is dropped and counted.
 */
@Startup
@ApplicationScoped
class ChangeStreams {

    /** Events that wait for one reader. */
    static final int QUEUE = 16;

    /** A model here, the version that every replica should have, and what each has. */
    private record ModelSight(ModelStatus here, Optional<String> wanted, List<OnReplica> replicas) {}

    private final Supplier<Uni<Sight>> sights;
    private final int most;
    private final Duration every;
    private final Counter refused;
    private final Counter slow;
    private final Set<MultiEmitter<? super ChangesView>> streams = new HashSet<>();
    private Cancellable ticking = () -> {};
    /** What the streams know of; null before the first look, and after one that failed. */
    private @Nullable Sight seen;

    private boolean looking;
    private boolean lookAgain;
    private boolean closed;

    @Inject
    ChangeStreams(
            ChangeStreamsConfig config,
            SharedOverview overview,
            CatalogFollower experiments,
            Models models,
            Fleet fleet,
            MeterRegistry meters) {
        this(
                () -> experiments.known()
                        ? overview.answer().map(answer -> Sight.of(answer.tests(), sights(models, fleet)))
                        : Uni.createFrom().failure(new IllegalStateException("the tests are not known yet")),
                config.maxStreams(),
                config.lookEvery(),
                meters);
    }

    /**
     * @param sights looks at what readers can see
     * @param most streams at a time
     * @param every the time between looks
     */
    ChangeStreams(Supplier<Uni<Sight>> sights, int most, Duration every, MeterRegistry meters) {
        this.sights = sights;
        this.most = most;
        this.every = every;
        this.refused = ServiceMetric.CHANGE_STREAMS_DROPPED.counter(meters, "reason", "refused");
        this.slow = ServiceMetric.CHANGE_STREAMS_DROPPED.counter(meters, "reason", "slow");
        ServiceMetric.CHANGE_STREAMS.gauge(meters, this, ChangeStreams::open);
    }

    private static List<ModelSight> sights(Models models, Fleet fleet) {
        return models.status().stream()
                .map(status -> new ModelSight(
                        status,
                        fleet.wanted(status.name()).map(version -> version.shownDigest()),
                        fleet.on(status.name())))
                .toList();
    }

    /** How many are open. */
    synchronized int open() {
        return streams.size();
    }

    /**
     * A stream of changes, from now on. Its first event says nothing; what changed before it is not told.
     *
     * @param lasts after this time it ends
     * @return empty if there are as many as may be, or if the service is stopping
     */
    synchronized Optional<Multi<ChangesView>> stream(Duration lasts) {
        if (closed || streams.size() >= most) {
            refused.increment();
            return Optional.empty();
        }
        return Optional.of(Multi.createFrom()
                .<ChangesView>emitter(stream -> begin(stream, lasts), BackPressureStrategy.IGNORE)
                .onOverflow()
                .buffer(QUEUE)
                .onFailure(BackPressureFailure.class)
                .invoke(failure -> slow.increment()));
    }

    private void begin(MultiEmitter<? super ChangesView> stream, Duration lasts) {
        Cancellable over = Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(lasts)
                .subscribe()
                .with(now -> stream.complete());
        stream.onTermination(() -> {
            over.cancel();
            end(stream);
        });
        stream.emit(ChangesView.NOTHING);
        boolean first;
        synchronized (this) {
            if (closed) {
                stream.complete();
                return;
            }
            first = streams.isEmpty();
            streams.add(stream);
            if (first) {
                ticking = Multi.createFrom()
                        .ticks()
                        .startingAfter(every)
                        .every(every)
                        .onOverflow()
                        .drop()
                        .subscribe()
                        .with(tick -> tick());
            }
        }
        if (first) {
            look();
        }
    }

    private synchronized void end(MultiEmitter<? super ChangesView> stream) {
        if (streams.remove(stream) && streams.isEmpty()) {
            ticking.cancel();
            seen = null;
        }
    }

    private void tick() {
        tell(ChangesView.NOTHING);
        look();
    }

    void changed(@Observes Catalog catalog) {
        changed();
    }

    /** Looks at once. */
    void changed() {
        look();
    }

    /** Looks, unless there is no reader; one look at a time, and one more for what came meanwhile. */
    private void look() {
        synchronized (this) {
            if (streams.isEmpty()) {
                return;
            }
            if (looking) {
                lookAgain = true;
                return;
            }
            looking = true;
        }
        Uni.createFrom().deferred(() -> sights.get()).subscribe().with(this::looked, failure -> looked(null));
    }

    /** @param now null if it could not be read: then readers ask for themselves, and are told why */
    private void looked(@Nullable Sight now) {
        ChangesView changes;
        boolean again;
        synchronized (this) {
            Sight before = seen;
            changes = now == null || before == null ? ChangesView.ANYTHING : now.since(before);
            seen = streams.isEmpty() ? null : now;
            looking = false;
            again = lookAgain;
            lookAgain = false;
        }
        if (!changes.equals(ChangesView.NOTHING)) {
            tell(changes);
        }
        if (again) {
            look();
        }
    }

    private void tell(ChangesView changes) {
        List<MultiEmitter<? super ChangesView>> all;
        synchronized (this) {
            all = List.copyOf(streams);
        }
        // not under the lock: a stream that ends takes it
        all.forEach(stream -> stream.emit(changes));
    }

    /** Ends all streams, so that they do not delay the end of the service. */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        close();
    }

    @PreDestroy
    void close() {
        List<MultiEmitter<? super ChangesView>> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(streams);
        }
        all.forEach(MultiEmitter::complete);
    }
}
