package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.experiment.CatalogVersion;
import ai.ultrathink.understudy.storage.experiment.LoadedCatalog;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The catalog in force, which follows the database. There is one load at a time, so the result of an earlier query
 * never replaces that of a later one. The loaded catalog is what the database has now, even if its version went back.
 */
final class CurrentCatalog {

    private static final Logger LOG = Logger.getLogger(CurrentCatalog.class);

    private final Supplier<Uni<CatalogVersion>> version;
    private final Function<StoredCatalog, Uni<LoadedCatalog>> load;
    private final TimeSource time;
    private final CatalogLease lease;
    private final BiConsumer<Duration, Catalog> lifted;
    private final Consumer<Catalog> changed;
    private volatile Catalog current = Catalog.EMPTY;
    // guards the two below: the running load, and the next one for callers that came after it had begun
    private final Object queue = new Object();
    private @Nullable CompletableFuture<Catalog> running;
    private @Nullable CompletableFuture<Catalog> waiting;

    /**
     * @param version reads the catalog's version from the database
     * @param load loads the differences to the known catalog
     * @param lifted receives the length of a silence in which the lease had run out
     * @param changed receives every catalog that comes into force
     */
    CurrentCatalog(
            Supplier<Uni<CatalogVersion>> version,
            Function<StoredCatalog, Uni<LoadedCatalog>> load,
            TimeSource time,
            CatalogLease lease,
            BiConsumer<Duration, Catalog> lifted,
            Consumer<Catalog> changed) {
        this.version = version;
        this.load = load;
        this.time = time;
        this.lease = lease;
        this.lifted = lifted;
        this.changed = changed;
    }

    Catalog get() {
        return current;
    }

    /** Reads the version, and loads the catalog unless it is the one in force. */
    Uni<Void> refreshIfChanged() {
        long askedNanos = time.nanoTime();
        return version.get().chain(there -> {
            if (!there.equals(current.stored().version())) {
                return refresh().replaceWithVoid();
            }
            heard(askedNanos);
            return Uni.createFrom().voidItem();
        });
    }

    /** Loads the present catalog. Several callers share a load, but never one that began before they called. */
    Uni<Catalog> refresh() {
        return Uni.createFrom().completionStage(this::enqueue);
    }

    private CompletableFuture<Catalog> enqueue() {
        synchronized (queue) {
            CompletableFuture<Catalog> mine = waiting;
            if (mine == null) {
                mine = new CompletableFuture<>();
                waiting = mine;
            }
            if (running == null) {
                begin();
            }
            // a caller that cancels must not cancel for the others
            return mine.copy();
        }
    }

    private void begin() {
        synchronized (queue) {
            CompletableFuture<Catalog> mine = waiting;
            waiting = null;
            running = mine;
            if (mine != null) {
                load(mine);
            }
        }
    }

    private void load(CompletableFuture<Catalog> mine) {
        long askedNanos = time.nanoTime();
        Uni.createFrom()
                .deferred(() -> load.apply(current.stored()))
                .map(loaded -> install(loaded, askedNanos))
                .subscribe()
                .with(
                        catalog -> {
                            begin();
                            mine.complete(catalog);
                        },
                        failure -> {
                            begin();
                            mine.completeExceptionally(failure);
                        });
    }

    private Catalog install(LoadedCatalog loaded, long askedNanos) {
        StoredCatalog stored = loaded.catalog();
        if (loaded.otherTruth() != null) {
            LOG.warnf(
                    "the database is another one, or went back: %s. Its contents are in force now: %d experiments;"
                            + " changes that it does not have are lost, make them again",
                    loaded.otherTruth(), stored.experiments().size());
        }
        tell(current.stored().unreadable(), stored.unreadable());
        Catalog catalog = apply(was -> stored);
        lease.heard(askedNanos).ifPresent(silence -> lifted.accept(silence, catalog));
        return catalog;
    }

    /** Changes the catalog in force, one change at a time, so that observers get each in order. */
    synchronized Catalog apply(UnaryOperator<StoredCatalog> change) {
        Catalog catalog = new Catalog(change.apply(current.stored()));
        current = catalog;
        changed.accept(catalog);
        return catalog;
    }

    private void heard(long askedNanos) {
        lease.heard(askedNanos).ifPresent(silence -> lifted.accept(silence, current));
    }

    /** Logs one line for each unreadable experiment, when the problem begins and when it ends. */
    private static void tell(Map<String, String> before, Map<String, String> now) {
        now.forEach((testId, problem) -> {
            if (!problem.equals(before.get(testId))) {
                LOG.errorf(
                        "experiment %s is out of use, because its row in ab_test_configs cannot be read: %s. Repair the row, or"
                                + " disable the experiment",
                        testId, problem);
            }
        });
        before.keySet().stream()
                .filter(testId -> !now.containsKey(testId))
                .forEach(testId -> LOG.infof("the row of experiment %s is readable again, or gone", testId));
    }
}
