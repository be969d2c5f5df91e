package ai.ultrathink.understudy.trial.tally;

import ai.ultrathink.understudy.evidence.TallyRow;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import ai.ultrathink.understudy.storage.results.TallyStore;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Counts requests as they are assigned, apart from their rows: where the two differ, rows of one arm get lost. The counts of a
 * configuration are stored every few seconds as they stand, so the next attempt stores what one could not. A process that is killed
 * loses what it has counted since the last.
 */
@ApplicationScoped
public class Tallies implements PredictionObserver {

    private static final Logger LOG = Logger.getLogger(Tallies.class);

    /** Configurations counted at a time: those that had requests in the last minutes. */
    static final int MOST = 10_000;

    /** A count with nothing to store for this many checks in a row is dropped, and started again when it is needed. */
    static final int QUIET_LOOKS = 300;

    private static final Duration LAST_ATTEMPT = Duration.ofSeconds(2);

    private record Configuration(String testId, long generation) {}

    private final Function<List<TallyRow>, Uni<Void>> store;
    private final Duration every;
    private final NoArgGenerator runs;
    private final MeterRegistry meters;

    // what most requests find at once, without making a key
    private final Map<String, Tally> latest = new ConcurrentHashMap<>();
    private final Map<Configuration, Tally> current = new HashMap<>();
    private final List<Tally> kept = new CopyOnWriteArrayList<>();
    private volatile Cancellable ticking = () -> {};
    private volatile boolean failing;

    @Inject
    Tallies(TallyStore store, TallyConfig config, NoArgGenerator runs, MeterRegistry meters) {
        this(store::store, config.tallyEvery(), runs, meters);
    }

    /** @param store stores all of the counts or none; may be given the same or later ones of the same runs again */
    public Tallies(
            Function<List<TallyRow>, Uni<Void>> store, Duration every, NoArgGenerator runs, MeterRegistry meters) {
        this.store = store;
        this.every = every;
        this.runs = runs;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        ticking = Multi.createFrom()
                .ticks()
                .every(every)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> store())
                .subscribe()
                .with(stored -> {}, failure -> LOG.error("assignments are no longer counted", failure));
    }

    @Override
    public void assigned(Exposure exposure) {
        of(exposure.experiment()).assigned(exposure.assigned());
    }

    /** The count of an experiment as it is configured. */
    public Tally of(Experiment experiment) {
        Tally tally = latest.get(experiment.testId());
        return tally != null && tally.generation() == experiment.generation() ? tally : find(experiment);
    }

    private synchronized Tally find(Experiment experiment) {
        Configuration configuration = new Configuration(experiment.testId(), experiment.generation());
        Tally found = current.get(configuration);
        if (found == null) {
            found = new Tally(experiment, runs.generate());
            if (kept.size() >= MOST) {
                failed("full");
                return found;
            }
            kept.add(found);
            current.put(configuration, found);
        }
        Tally newer = latest.get(experiment.testId());
        if (newer == null || newer.generation() < found.generation()) {
            latest.put(experiment.testId(), found);
        }
        return found;
    }

    /** Stores what has changed since it was last stored. Never fails: what cannot be stored now is stored by the next attempt. */
    Uni<Void> store() {
        Map<Tally, TallyRow> changed = new HashMap<>();
        for (Tally tally : kept) {
            tally.unstored().ifPresentOrElse(row -> changed.put(tally, row), () -> letGo(tally));
        }
        if (changed.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return store.apply(List.copyOf(changed.values()))
                .invoke(() -> {
                    changed.forEach(Tally::stored);
                    failing = false;
                })
                .onFailure()
                .invoke(this::report)
                .onFailure()
                .recoverWithNull();
    }

    /** In two steps: a request that found the count just before the first is stored before the second. */
    private synchronized void letGo(Tally tally) {
        if (tally.quietLooks() == QUIET_LOOKS) {
            latest.remove(tally.testId(), tally);
            current.remove(new Configuration(tally.testId(), tally.generation()), tally);
        } else if (tally.quietLooks() >= 2 * QUIET_LOOKS) {
            kept.remove(tally);
        }
    }

    private void failed(String reason) {
        ServiceMetric.TALLIES_FAILED.counter(meters, "reason", reason).increment();
    }

    /** One line when it begins, not one every few seconds. */
    private void report(Throwable failure) {
        failed(failure instanceof DatabaseAwayException ? "away" : "refused");
        if (!failing) {
            failing = true;
            LOG.warnf(
                    "what was assigned is counted and cannot be stored, tried again every %d ms: %s",
                    every.toMillis(), failure.getMessage());
        }
    }

    /** Before beans are destroyed, because the database's connections are closed by then. */
    void stop(@Observes ShutdownEvent event) {
        ticking.cancel();
        try {
            store().await().atMost(LAST_ATTEMPT);
        } catch (RuntimeException e) {
            LOG.debug("the last attempt to store what was assigned took too long", e);
        }
        long left = kept.stream().filter(tally -> tally.unstored().isPresent()).count();
        if (left > 0) {
            LOG.warnf("what was assigned last under %d configurations ends with this process uncounted", left);
        }
    }
}
