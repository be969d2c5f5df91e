package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Promotes treatments and takes promotions back, in PostgreSQL. A change and its entries in the audit trail are one
 * transaction.
 */
@ApplicationScoped
public class PromotionStore {

    private final Database database;
    private final ModelChanges models;

    PromotionStore(Database database, ModelChanges models) {
        this.database = database;
        this.models = models;
    }

    /**
     * Lets the treatment answer for the control model's name from now on, and ends the experiment. A promotion of this
     * experiment that is in force is not changed.
     *
     * @param override the reason for a promotion against the verdict, or null
     * @param entries for the audit trail
     * @param expectedGeneration the generation that the experiment must have, or null for any
     * @param permission whether a second person is needed
     */
    public Uni<EditResult> promote(
            String testId,
            String actor,
            @Nullable String override,
            List<AuditEntry> entries,
            @Nullable Long expectedGeneration,
            Permission permission) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .after(ModelChanges::lock)
                .in(
                        database,
                        (connection, before) -> models.before(
                                        connection, testId, before.controlModel(), before.treatmentModel())
                                .chain(touched ->
                                        promote(connection, before, actor, override, entries, touched, permission)));
    }

    private Uni<EditResult> promote(
            SqlConnection connection,
            Experiment before,
            String actor,
            @Nullable String override,
            List<AuditEntry> entries,
            List<ModelChanges.Touched> touched,
            Permission permission) {
        return PromotionRows.locked(connection).chain(promotions -> {
            if (PromotionRules.promoted(before, promotions)) {
                return ExperimentEdit.unchanged(before);
            }
            return PromotionRows.rivals(connection, before)
                    .chain(rivals -> PromotionRules.refusal(before, promotions, rivals)
                            .map(ExperimentEdit::conflict)
                            .orElseGet(() -> ApprovalRows.permitted(
                                    connection,
                                    permission,
                                    new LockedExperiment(before, null),
                                    before.withEnabled(false),
                                    () -> PromotionRows.write(connection, before, actor, override, permission)
                                            .chain(() -> ExperimentEdit.write(
                                                    connection,
                                                    before,
                                                    before.withEnabled(false),
                                                    ApprovalRows.entries(entries, permission)))
                                            .call(() -> models.write(connection, touched, actor)))));
        });
    }

    /**
     * Takes a promotion back: the control model answers for its own name again. The experiment stays as it is, deleted or not. A
     * promotion that this experiment took back already is left alone; one that is not in force is a conflict.
     *
     * @param expectedGeneration the generation that the experiment must have, or null for any
     * @param permission whether a second person is needed
     */
    public Uni<EditResult> revert(
            String testId, String actor, @Nullable Long expectedGeneration, Permission permission) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .after(ModelChanges::lock)
                .ofDeletedToo()
                .in(
                        database,
                        (connection, before) -> models.before(
                                        connection, testId, before.controlModel(), before.controlModel())
                                .chain(touched -> revert(connection, before, actor, touched, permission)));
    }

    private Uni<EditResult> revert(
            SqlConnection connection,
            Experiment before,
            String actor,
            List<ModelChanges.Touched> touched,
            Permission permission) {
        return PromotionRows.locked(connection)
                .chain(promotions -> PromotionRules.promoted(before, promotions)
                        ? ApprovalRows.permitted(
                                connection,
                                permission,
                                new LockedExperiment(before, null),
                                before,
                                () -> PromotionRows.delete(connection, before.controlModel())
                                        .chain(() -> ExperimentEdit.write(
                                                connection,
                                                before,
                                                before,
                                                ApprovalRows.entries(
                                                        List.of(AuditEntry.of(actor, AuditAction.PROMOTION_REVERTED)),
                                                        permission)))
                                        .call(() -> models.write(connection, touched, actor)))
                        : PromotionRows.lastAct(connection, before.testId())
                                .map(last -> PromotionRules.nothingToTakeBack(before, promotions, last)
                                        .<EditResult>map(EditResult.Conflict::new)
                                        .orElseGet(() -> new EditResult.Unchanged(before))));
    }
}
