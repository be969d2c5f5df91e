package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.Symbols;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.experiment.ExperimentStore;
import ai.ultrathink.understudy.storage.experiment.KeptEvidenceStore;
import ai.ultrathink.understudy.storage.experiment.PromotionStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes experiments: the database first, then this replica's catalog, and only then the answer. A caller that has the answer of
 * a change finds it in force on this replica. Other replicas follow the database.
 *
 * <p>{@code expectedGeneration} rejects a change unless the experiment is at that generation; null accepts any.
 */
@ApplicationScoped
public class ExperimentCommands {

    private static final Logger LOG = Logger.getLogger(ExperimentCommands.class);

    private final ExperimentStore store;
    private final PromotionStore promotions;
    private final KeptEvidenceStore kept;
    private final CatalogFollower catalog;
    private final TimeSource time;

    ExperimentCommands(
            ExperimentStore store,
            PromotionStore promotions,
            KeptEvidenceStore kept,
            CatalogFollower catalog,
            TimeSource time) {
        this.store = store;
        this.promotions = promotions;
        this.kept = kept;
        this.catalog = catalog;
        this.time = time;
    }

    /** Adds an experiment. */
    public Uni<EditResult> create(Experiment experiment, String actor) {
        return inForce(CatalogEffect.CHANGED, store.create(experiment, actor));
    }

    /** Adds an experiment together with its ramp. */
    public Uni<EditResult> create(Experiment experiment, PersistedRamp ramp, List<AuditEntry> entries) {
        return inForce(CatalogEffect.CHANGED, store.create(experiment, ramp, entries));
    }

    /**
     * Changes an experiment and its ramp together, in one transaction with the audit entries.
     *
     * @param rule decides on both as they are under the lock of the experiment's row
     */
    public Uni<EditResult> change(
            String testId, @Nullable Long expectedGeneration, Function<LockedExperiment, Change> rule) {
        return change(testId, expectedGeneration, rule, Permission.FREE);
    }

    /** The same, if it is permitted. */
    public Uni<EditResult> change(
            String testId,
            @Nullable Long expectedGeneration,
            Function<LockedExperiment, Change> rule,
            Permission permission) {
        return inForce(CatalogEffect.CHANGED, store.change(testId, expectedGeneration, rule, permission));
    }

    /** Changes the limits of an experiment. */
    public Uni<EditResult> updateGuardrails(
            String testId,
            UnaryOperator<Guardrails> change,
            String actor,
            @Nullable Long expectedGeneration,
            Permission permission) {
        return inForce(
                CatalogEffect.CHANGED,
                store.update(
                        testId,
                        experiment -> experiment.withGuardrails(change.apply(experiment.guardrails())),
                        actor,
                        AuditAction.GUARDRAILS_UPDATED,
                        expectedGeneration,
                        permission));
    }

    /** Changes how the realised outcomes of an experiment are evaluated. */
    public Uni<EditResult> updateOutcome(
            String testId,
            Function<@Nullable OutcomePlan, OutcomePlan> change,
            String actor,
            @Nullable Long expectedGeneration,
            Permission permission) {
        return inForce(
                CatalogEffect.CHANGED,
                store.update(
                        testId,
                        experiment -> experiment.withOutcome(change.apply(experiment.outcome())),
                        actor,
                        AuditAction.OUTCOME_UPDATED,
                        expectedGeneration,
                        permission));
    }

    /** Changes the symbols that an experiment is for. */
    public Uni<EditResult> updateSymbols(
            String testId, Symbols symbols, String actor, @Nullable Long expectedGeneration) {
        return inForce(
                CatalogEffect.CHANGED,
                store.update(
                        testId,
                        experiment -> experiment.withSymbols(symbols),
                        actor,
                        AuditAction.SYMBOLS_UPDATED,
                        expectedGeneration,
                        Permission.FREE));
    }

    /** Clears a guardrail's breach, which counts until then, although later data may look better. */
    public Uni<EditResult> clearGuardrail(
            String testId, GuardrailMetric metric, String reason, String actor, @Nullable Long expectedGeneration) {
        return inForce(CatalogEffect.CHANGED, kept.clear(testId, metric, reason, actor, expectedGeneration));
    }

    /** Lets an experiment's treatment be used. */
    public Uni<EditResult> enable(String testId, String actor, @Nullable Long expectedGeneration) {
        return inForce(CatalogEffect.CHANGED, store.enable(testId, actor, expectedGeneration));
    }

    /** Takes an experiment's treatment out of use. */
    public Uni<EditResult> disable(
            String testId, String actor, @Nullable String reason, @Nullable Long expectedGeneration) {
        return inForce(CatalogEffect.CHANGED, store.disable(testId, actor, reason, expectedGeneration));
    }

    /** Removes an experiment. */
    public Uni<EditResult> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return inForce(CatalogEffect.DELETED, store.delete(testId, actor, expectedGeneration));
    }

    /**
     * Lets an experiment's treatment answer for its control model from now on.
     *
     * @param override the reason for a promotion against the verdict, or null
     * @param entries for the audit trail
     */
    public Uni<EditResult> promote(
            String testId,
            String actor,
            @Nullable String override,
            List<AuditEntry> entries,
            @Nullable Long expectedGeneration,
            Permission permission) {
        return inForce(
                CatalogEffect.promoted(actor, Permission.approver(permission), override, time.now()),
                promotions.promote(testId, actor, override, entries, expectedGeneration, permission));
    }

    /** Takes a promotion back. */
    public Uni<EditResult> revertPromotion(
            String testId, String actor, @Nullable Long expectedGeneration, Permission permission) {
        return inForce(CatalogEffect.REVERTED, promotions.revert(testId, actor, expectedGeneration, permission));
    }

    /**
     * Answers when the change is in force here. Where it cannot be read back it is applied to the catalog in force, so the answer
     * is the change's own. A database that can be read and does not have the change is another matter.
     */
    private Uni<EditResult> inForce(CatalogEffect effect, Uni<EditResult> edit) {
        return edit.call(made -> switch (made) {
            case EditResult.Done(Experiment after) -> confirmed(effect, after);
            case EditResult.Unchanged(Experiment now) ->
                catalog.current().shows(now) ? Uni.createFrom().voidItem() : confirmed(effect, now);
            case EditResult.Missing missing -> Uni.createFrom().voidItem();
            case EditResult.Conflict conflict -> Uni.createFrom().voidItem();
            case EditResult.Awaiting awaiting -> Uni.createFrom().voidItem();
        });
    }

    private Uni<Void> confirmed(CatalogEffect effect, Experiment after) {
        return catalog.refresh()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "experiment %s was changed but could not be read back, so the change itself is in force: %s",
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
}
