package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.replica.KnownCatalog;
import ai.ultrathink.understudy.storage.db.ChangeNotices;
import ai.ultrathink.understudy.storage.experiment.CatalogStore;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Holds the current catalog and follows the database: by notices of changes, and by a poll in case a notice was lost. A class that
 * keeps something for each experiment observes {@link Catalog}, which is fired when the catalog has changed.
 */
@ApplicationScoped
public class CatalogFollower implements KnownCatalog {

    private static final Logger LOG = Logger.getLogger(CatalogFollower.class);

    private final CurrentCatalog catalog;
    private final CatalogStore store;
    private final ChangeNotices notices;
    private final CatalogConfig config;
    private final CatalogLease lease;
    private volatile Cancellable following = () -> {};

    CatalogFollower(
            CatalogStore store,
            ChangeNotices notices,
            CatalogConfig config,
            TimeSource time,
            CatalogLeaseLog leaseLog,
            Event<Catalog> changed,
            MeterRegistry meters) {
        this.store = store;
        this.notices = notices;
        this.config = config;
        this.lease = new CatalogLease(config.fenceAfter(), time);
        this.catalog = new CurrentCatalog(
                () -> store.version(),
                known -> store.load(known),
                time,
                lease,
                (silence, lifted) -> leaseLog.lifted(silence, lifted),
                installed -> changed.fire(installed));
        ServiceMetric.CATALOG_AGE.gauge(meters, lease, CatalogLease::ageSeconds);
        ServiceMetric.CATALOG_FENCED.gauge(meters, lease, now -> now.closed() ? 1 : 0);
        ServiceMetric.CATALOG_UNREADABLE.gauge(
                meters, catalog, now -> now.get().unreadable().size());
    }

    /** The catalog in force. */
    public Catalog current() {
        return catalog.get();
    }

    @Override
    public long version() {
        return current().version();
    }

    /** Whether the catalog has been loaded at least once. */
    public boolean known() {
        return current() != Catalog.EMPTY;
    }

    /** Whether the lease has run out: control answers for every experiment until the database answers again. */
    public boolean fenced() {
        return lease.closed();
    }

    /** Whether an experiment exists and is running, as far as this replica knows. */
    public boolean runs(String testId) {
        return current().find(testId).filter(Experiment::running).isPresent();
    }

    /** The experiments whose rows can be read. */
    public List<Experiment> readable() {
        Catalog now = current();
        return now.unreadable().isEmpty()
                ? now.all()
                : now.all().stream()
                        .filter(experiment -> !now.unreadable().containsKey(experiment.testId()))
                        .toList();
    }

    /** An experiment as stored, deleted or not. */
    public Uni<Optional<RecordedExperiment>> recorded(String testId) {
        return store.find(testId);
    }

    /** Loads the catalog and follows its changes from then on. Call once, when the schema is in place. */
    public Uni<Void> follow() {
        Multi<Long> polls = Multi.createFrom()
                .ticks()
                .every(config.pollEvery())
                .onOverflow()
                .drop();
        following = Multi.createBy()
                .merging()
                .streams(polls, notices.changes())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(any -> catalog.refreshIfChanged()
                        .onFailure()
                        .invoke(failure -> LOG.debugf("catalog not refreshed: %s", failure.getMessage()))
                        .onFailure()
                        .recoverWithNull())
                .subscribe()
                .with(refreshed -> {}, failure -> LOG.error("the catalog is no longer followed", failure));
        return refresh().replaceWithVoid();
    }

    /** Loads the catalog as the database has it now, and puts it in force. */
    public Uni<Catalog> refresh() {
        return catalog.refresh();
    }

    /** Changes the catalog in force without the database, where a change was made and cannot be read back. */
    Catalog apply(UnaryOperator<StoredCatalog> change) {
        return catalog.apply(change);
    }

    @PreDestroy
    void stop() {
        following.cancel();
    }
}
