package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.CatalogStore;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.ChangeNotices;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.ExperimentStore;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredCatalog;
import ai.ultrathink.understudy.storage.StoredRamp;
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

    private final CatalogStore catalogs;
    private final ExperimentStore store;
    private final ChangeNotices notices;
    private final AssignmentConfig config;
    private final TimeSource time;
    private final Fence fence;
    private final FenceLog fenceLog;
    private final Event<Catalog> changed;
    private volatile Catalog current = Catalog.EMPTY;
    private volatile Cancellable following = () -> {};

    ExperimentRegistry(
            CatalogStore catalogs,
            ExperimentStore store,
            ChangeNotices notices,
            AssignmentConfig config,
            TimeSource time,
            FenceLog fenceLog,
            Event<Catalog> changed,
            MeterRegistry meters) {
        this.catalogs = catalogs;
        this.store = store;
        this.notices = notices;
        this.config = config;
        this.time = time;
        this.fence = new Fence(config.fenceAfter(), time);
        this.fenceLog = fenceLog;
        this.changed = changed;
        meters.gauge("understudy.catalog.age.seconds", fence, Fence::ageSeconds);
        meters.gauge("understudy.catalog.fenced", fence, now -> now.closed() ? 1 : 0);
    }

    /** The catalog in force. */
    public Catalog current() {
        return current;
    }

    /** Whether the database has been heard at least once. */
    public boolean known() {
        return current != Catalog.EMPTY;
    }

    /** Whether the database has been silent for too long to trust the catalog: control answers for every test until it speaks. */
    public boolean fenced() {
        return fence.closed();
    }

    /** Whether a test is there and running, as far as this replica knows. */
    public boolean runs(String testId) {
        return current().find(testId).filter(Experiment::running).isPresent();
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
                .transformToUniAndConcatenate(any -> refreshIfChanged()
                        .onFailure()
                        .invoke(failure -> LOG.debugf("catalog not refreshed: %s", failure.getMessage()))
                        .onFailure()
                        .recoverWithNull())
                .subscribe()
                .with(refreshed -> {}, failure -> LOG.error("the catalog is no longer followed", failure));
        return refresh();
    }

    private Uni<Void> refreshIfChanged() {
        long askedNanos = time.nanoTime();
        return catalogs.version().chain(version -> {
            if (version != current().version()) {
                return refresh();
            }
            heard(askedNanos);
            return Uni.createFrom().voidItem();
        });
    }

    private Uni<Void> refresh() {
        long askedNanos = time.nanoTime();
        return catalogs.load()
                .invoke(stored -> {
                    install(stored);
                    heard(askedNanos);
                })
                .replaceWithVoid();
    }

    private void heard(long askedNanos) {
        fence.heard(askedNanos).ifPresent(silence -> fenceLog.lifted(silence, current()));
    }

    /** Answers may come out of order; an older catalog never replaces a newer one. One at a time, so that none is told late. */
    private synchronized void install(StoredCatalog stored) {
        if (stored.version() >= current.version()) {
            current = new Catalog(stored);
            changed.fire(current);
        }
    }

    /** A test as it stands in the database at this moment. */
    public Uni<Optional<Standing>> find(String testId) {
        return store.find(testId);
    }

    /** Adds a test. */
    public Uni<Edit> create(Experiment experiment, String actor) {
        return inForce(store.create(experiment, actor));
    }

    /** Adds a test together with its ramp. */
    public Uni<Edit> create(Experiment experiment, StoredRamp ramp, List<Deed> deeds) {
        return inForce(store.create(experiment, ramp, deeds));
    }

    /**
     * Changes a test and its ramp together, in one transaction with the events.
     *
     * @param expectedGeneration refuse unless the test is at this generation, or null
     * @param rule says what shall become of them as they are then
     */
    public Uni<Edit> change(String testId, @Nullable Long expectedGeneration, Function<Standing, Change> rule) {
        return inForce(store.change(testId, expectedGeneration, rule));
    }

    /** Changes a test's limits. */
    public Uni<Edit> updateGuardrails(
            String testId, UnaryOperator<Guardrails> change, String actor, @Nullable Long expectedGeneration) {
        return inForce(store.update(
                testId,
                test -> test.withGuardrails(change.apply(test.guardrails())),
                actor,
                "guardrails_updated",
                expectedGeneration));
    }

    /**
     * Changes a test's split.
     *
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<Edit> updateSplit(String testId, Split split, String actor, @Nullable Long expectedGeneration) {
        return inForce(store.update(testId, test -> test.withSplit(split), actor, "split_updated", expectedGeneration));
    }

    /** Lets a test's treatment be used, or no longer. */
    public Uni<Edit> enable(String testId, boolean enabled, String actor, @Nullable Long expectedGeneration) {
        return inForce(store.update(
                testId,
                test -> test.withEnabled(enabled),
                actor,
                enabled ? "enabled" : "disabled",
                expectedGeneration));
    }

    /** Removes a test. */
    public Uni<Edit> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return inForce(store.delete(testId, actor, expectedGeneration));
    }

    /**
     * Lets a test's treatment answer for its control model from now on.
     *
     * @param override why, although the verdict is not to promote, or null
     * @param deeds what the audit trail says of it
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<Edit> promote(
            String testId,
            String actor,
            @Nullable String override,
            List<Deed> deeds,
            @Nullable Long expectedGeneration) {
        return inForce(store.promote(testId, actor, override, deeds, expectedGeneration));
    }

    /** Takes a promotion back. */
    public Uni<Edit> revertPromotion(String testId, String actor, @Nullable Long expectedGeneration) {
        return inForce(store.revertPromotion(testId, actor, expectedGeneration));
    }

    private Uni<Edit> inForce(Uni<Edit> edit) {
        return edit.call(
                done -> done instanceof Edit.Done ? refresh() : Uni.createFrom().voidItem());
    }

    @PreDestroy
    void stop() {
        following.cancel();
    }
}
