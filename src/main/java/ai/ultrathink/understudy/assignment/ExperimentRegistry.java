package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.db.ChangeNotices;
import ai.ultrathink.understudy.storage.experiment.CatalogStore;
import ai.ultrathink.understudy.storage.experiment.ExperimentStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the current catalog and edits it: the database first, then the snapshot, and only then the answer, so that whoever
 * has the answer of a change finds it in force on this replica. Other replicas hear of it by a notice, or by their next poll.
 * Whoever keeps something for each test observes the catalog, which is fired when it has changed.
 */
@ApplicationScoped
public class ExperimentRegistry {

    private static final Logger LOG = Logger.getLogger(ExperimentRegistry.class);

    private final CurrentCatalog catalog;
    private final CatalogStore tests;
    private final ExperimentStore store;
    private final ChangeNotices notices;
    private final CatalogConfig config;
    private final TimeSource time;
    private final CatalogLease lease;
    private volatile Cancellable following = () -> {};

    ExperimentRegistry(
            CatalogStore catalogs,
            ExperimentStore store,
            ChangeNotices notices,
            CatalogConfig config,
            TimeSource time,
            CatalogLeaseLog fenceLog,
            Event<Catalog> changed,
            MeterRegistry meters) {
        this.tests = catalogs;
        this.store = store;
        this.notices = notices;
        this.config = config;
        this.time = time;
        this.lease = new CatalogLease(config.fenceAfter(), time);
        this.catalog = new CurrentCatalog(
                () -> catalogs.version(),
                known -> catalogs.load(known),
                time,
                lease,
                (silence, lifted) -> fenceLog.lifted(silence, lifted),
                installed -> changed.fire(installed));
        meters.gauge("understudy.catalog.age.seconds", lease, CatalogLease::ageSeconds);
        meters.gauge("understudy.catalog.fenced", lease, now -> now.closed() ? 1 : 0);
        meters.gauge(
                "understudy.catalog.unreadable",
                catalog,
                now -> now.get().unreadable().size());
    }

    /** The catalog in force. */
    public Catalog current() {
        return catalog.get();
    }

    /** Whether the database has been heard at least once. */
    public boolean known() {
        return current() != Catalog.EMPTY;
    }

    /** Whether the database has been silent for too long to trust the catalog: control answers for every test until it speaks. */
    public boolean fenced() {
        return lease.closed();
    }

    /** Whether a test is there and running, as far as this replica knows. */
    public boolean runs(String testId) {
        return current().find(testId).filter(Experiment::running).isPresent();
    }

    /** A test with all that the database has of it, deleted or not. */
    public Uni<Optional<RecordedExperiment>> recorded(String testId) {
        return tests.find(testId);
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
        return catalog.refresh().replaceWithVoid();
    }

    /** A test as it stands in the database at this moment. */
    public Uni<Optional<LockedExperiment>> find(String testId) {
        return store.find(testId);
    }

    /** Adds a test. */
    public Uni<EditResult> create(Experiment experiment, String actor) {
        return inForce(CatalogEffect.CHANGED, store.create(experiment, actor));
    }

    /** Adds a test together with its ramp. */
    public Uni<EditResult> create(Experiment experiment, PersistedRamp ramp, List<AuditEntry> entries) {
        return inForce(CatalogEffect.CHANGED, store.create(experiment, ramp, entries));
    }

    /**
     * Changes a test and its ramp together, in one transaction with the events.
     *
     * @param expectedGeneration refuse unless the test is at this generation, or null
     * @param rule says what shall become of them as they are then
     */
    public Uni<EditResult> change(
            String testId, @Nullable Long expectedGeneration, Function<LockedExperiment, Change> rule) {
        return inForce(CatalogEffect.CHANGED, store.change(testId, expectedGeneration, rule));
    }

    /** Changes a test's limits. */
    public Uni<EditResult> updateGuardrails(
            String testId, UnaryOperator<Guardrails> change, String actor, @Nullable Long expectedGeneration) {
        return inForce(
                CatalogEffect.CHANGED,
                store.update(
                        testId,
                        test -> test.withGuardrails(change.apply(test.guardrails())),
                        actor,
                        "guardrails_updated",
                        expectedGeneration));
    }

    /** Lets a test's treatment be used, or no longer. */
    public Uni<EditResult> enable(String testId, boolean enabled, String actor, @Nullable Long expectedGeneration) {
        return inForce(
                CatalogEffect.CHANGED,
                enabled
                        ? store.enable(testId, actor, expectedGeneration)
                        : store.disable(testId, actor, expectedGeneration));
    }

    /** What was changed past this registry is in force when this ends. */
    public Uni<Void> caughtUp() {
        return catalog.refresh().replaceWithVoid();
    }

    /** Removes a test. */
    public Uni<EditResult> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return inForce(CatalogEffect.DELETED, store.delete(testId, actor, expectedGeneration));
    }

    /**
     * Lets a test's treatment answer for its control model from now on.
     *
     * @param override why, although the verdict is not to promote, or null
     * @param entries what the audit trail says of it
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<EditResult> promote(
            String testId,
            String actor,
            @Nullable String override,
            List<AuditEntry> entries,
            @Nullable Long expectedGeneration) {
        return inForce(
                CatalogEffect.promoted(actor, override, time.now()),
                store.promote(testId, actor, override, entries, expectedGeneration));
    }

    /** Takes a promotion back. */
    public Uni<EditResult> revertPromotion(String testId, String actor, @Nullable Long expectedGeneration) {
        return inForce(CatalogEffect.REVERTED, store.revertPromotion(testId, actor, expectedGeneration));
    }

    /**
     * Answers when what was made is in force here. Where it cannot be read back it is done to the catalog in force as it is, so
     * the answer is the change's own; a database that is read and does not have it is another matter.
     */
    private Uni<EditResult> inForce(CatalogEffect effect, Uni<EditResult> edit) {
        return edit.call(made -> switch (made) {
            case EditResult.Done(Experiment after) -> confirmed(effect, after);
            case EditResult.Unchanged(Experiment now) ->
                current().shows(now) ? Uni.createFrom().voidItem() : confirmed(effect, now);
            case EditResult.Missing missing -> Uni.createFrom().voidItem();
            case EditResult.Conflict conflict -> Uni.createFrom().voidItem();
        });
    }

    private Uni<Void> confirmed(CatalogEffect effect, Experiment after) {
        return catalog.refresh()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "test %s was changed and could not be read back, so it is in force as it was changed: %s",
                            after.testId(), failure.getMessage());
                    return catalog.apply(stored -> effect.on(stored, after));
                })
                .invoke(loaded -> {
                    if (!effect.isIn(loaded, after)) {
                        throw new ChangeLostException(after.testId(), after.generation());
                    }
                })
                .replaceWithVoid();
    }

    @PreDestroy
    void stop() {
        following.cancel();
    }
}
