package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes experiments in PostgreSQL. A change and its entries in the audit trail are one transaction.
 *
 * <p>{@code expectedGeneration} rejects a change unless the experiment is at that generation; null accepts any.
 */
@ApplicationScoped
public class ExperimentStore {

    private static final String FIND =
            "select " + ExperimentRows.READ + " from ab_test_configs where test_id = $1 and deleted_at is null";
    // sets nothing else, because the other columns may be unreadable
    private static final String DISABLE =
            "update ab_test_configs set enabled = false, generation = $2, updated_at = now() where test_id = $1";
    private static final String DELETE =
            "update ab_test_configs set enabled = false, generation = $2, updated_at = now(),"
                    + " deleted_at = now() where test_id = $1";

    private final Database database;

    ExperimentStore(Database database) {
        this.database = database;
    }

    /** Adds an experiment. */
    public Uni<EditResult> create(Experiment experiment, String actor) {
        return create(experiment, null, List.of(AuditEntry.of(actor, AuditAction.CREATED)));
    }

    /** Adds an experiment, and a ramp with it unless that is null. */
    public Uni<EditResult> create(Experiment experiment, @Nullable PersistedRamp ramp, List<AuditEntry> entries) {
        return database.<EditResult>withTransaction(connection -> (PinnedVersions.pinned(experiment)
                                ? PinnedVersions.hold(connection)
                                : Uni.createFrom().voidItem())
                        .chain(() -> ifUsable(
                                connection,
                                experiment,
                                () -> ExperimentRows.insert(connection, experiment)
                                        .chain(() -> write(connection, experiment.testId(), null, ramp))
                                        .chain(() -> EventStore.append(
                                                connection, entries, null, new LockedExperiment(experiment, ramp)))
                                        .replaceWith(new EditResult.Done(experiment)))))
                .onFailure(ExperimentEdit::uniqueViolation)
                .recoverWithItem(failure -> taken(failure, experiment));
    }

    /**
     * Changes an experiment.
     *
     * @param change gives the changed experiment; an equal one means that there is nothing to do
     * @param action the change's name in the audit trail
     * @param permission whether a second person is needed
     */
    public Uni<EditResult> update(
            String testId,
            UnaryOperator<Experiment> change,
            String actor,
            AuditAction action,
            @Nullable Long expectedGeneration,
            Permission permission) {
        return ExperimentEdit.of(testId, expectedGeneration).in(database, (connection, before) -> {
            Experiment changed = change.apply(before);
            return changed.equals(before)
                    ? ExperimentEdit.unchanged(before)
                    : ApprovalRows.permitted(
                            connection,
                            permission,
                            new LockedExperiment(before, null),
                            changed,
                            () -> ExperimentEdit.write(
                                    connection,
                                    before,
                                    changed,
                                    ApprovalRows.entries(List.of(AuditEntry.of(actor, action)), permission)));
        });
    }

    /**
     * Disables an experiment, also if its row cannot be read.
     *
     * @param reason for the audit trail, or null
     */
    public Uni<EditResult> disable(
            String testId, String actor, @Nullable String reason, @Nullable Long expectedGeneration) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .ofUnreadableToo()
                .in(
                        database,
                        (connection, before) -> before.enabled()
                                ? end(
                                        DISABLE,
                                        connection,
                                        before,
                                        new AuditEntry(actor, AuditAction.DISABLED, reason, null))
                                : ExperimentEdit.unchanged(before));
    }

    /** Removes an experiment; its results and its audit trail are kept. */
    public Uni<EditResult> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .ofUnreadableToo()
                .in(
                        database,
                        (connection, before) ->
                                end(DELETE, connection, before, AuditEntry.of(actor, AuditAction.DELETED)));
    }

    private static Uni<EditResult> end(String sql, SqlConnection connection, Experiment before, AuditEntry entry) {
        Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
        return connection
                .preparedQuery(sql)
                .execute(Tuple.of(after.testId(), after.generation()))
                .chain(() -> ExperimentEdit.append(connection, before, after, List.of(entry)));
    }

    /**
     * Enables an experiment, unless a promotion has made its two models one, or it is pinned to other versions.
     */
    public Uni<EditResult> enable(String testId, String actor, @Nullable Long expectedGeneration) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .after(PinnedVersions::hold)
                .in(
                        database,
                        (connection, before) -> before.enabled()
                                ? ExperimentEdit.unchanged(before)
                                : ifUsable(
                                        connection,
                                        before,
                                        () -> ExperimentEdit.write(
                                                connection,
                                                before,
                                                before.withEnabled(true),
                                                List.of(AuditEntry.of(actor, AuditAction.ENABLED)))));
    }

    /** Does the work unless the experiment is pinned to versions that are not in force, or would compare a model with itself. */
    private static Uni<EditResult> ifUsable(
            SqlConnection connection, Experiment experiment, Supplier<Uni<EditResult>> work) {
        return PinnedVersions.broken(connection, experiment)
                .chain(broken -> broken.map(ExperimentEdit::conflict)
                        .orElseGet(() -> PromotionRows.locked(connection)
                                .chain(promotions -> new LockedExperiment(
                                                experiment, null, promotions.get(experiment.controlModel()))
                                        .spoiltByPromotion()
                                        .map(ExperimentEdit::conflict)
                                        .orElseGet(work))));
    }

    /**
     * Changes an experiment and its ramp together.
     *
     * @param rule decides on both as they are then; other changes of either wait meanwhile
     * @param permission whether a second person is needed
     */
    public Uni<EditResult> change(
            String testId,
            @Nullable Long expectedGeneration,
            Function<LockedExperiment, Change> rule,
            Permission permission) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .in(
                        database,
                        (connection, before) -> PromotionRows.lock(connection)
                                .chain(() -> locked(connection, before))
                                .chain(locked -> switch (rule.apply(locked)) {
                                    case Change.None none -> ExperimentEdit.unchanged(before);
                                    case Change.Refused refused -> ExperimentEdit.conflict(refused.why());
                                    case Change.To to ->
                                        ApprovalRows.permitted(
                                                connection,
                                                permission,
                                                locked,
                                                to.experiment(),
                                                () -> write(connection, locked, to, permission));
                                }));
    }

    /** An experiment as it is now. Others may change it at the next moment; a decision that rests on it names its generation. */
    public Uni<Optional<LockedExperiment>> find(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(FIND)
                .execute(Tuple.of(testId))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : locked(
                                        connection,
                                        ExperimentRows.read(rows.iterator().next())
                                                .experiment())
                                .map(Optional::of)));
    }

    private static Uni<LockedExperiment> locked(SqlConnection connection, Experiment experiment) {
        return PromotionRows.all(connection)
                .chain(promotions -> RampRows.find(connection, experiment.testId())
                        .map(ramp -> new LockedExperiment(
                                experiment, ramp.orElse(null), promotions.get(experiment.controlModel()))));
    }

    private static Uni<EditResult> write(
            SqlConnection connection, LockedExperiment before, Change.To to, Permission permission) {
        Experiment after = to.experiment().withGeneration(before.generationOf(to.experiment()));
        return (after.equals(before.experiment())
                        ? Uni.createFrom().voidItem()
                        : ExperimentRows.write(connection, after))
                .chain(() -> write(connection, after.testId(), before.ramp(), to.ramp()))
                .chain(() -> EventStore.append(
                        connection,
                        ApprovalRows.entries(to.entries(), permission),
                        before,
                        new LockedExperiment(after, to.ramp())))
                .replaceWith(new EditResult.Done(after));
    }

    private static Uni<Void> write(
            SqlConnection connection, String testId, @Nullable PersistedRamp before, @Nullable PersistedRamp after) {
        return after == null || after.equals(before)
                ? Uni.createFrom().voidItem()
                : RampRows.write(connection, testId, after);
    }

    private static EditResult taken(Throwable failure, Experiment experiment) {
        return failure instanceof PgException refused && "ab_test_configs_pkey".equals(refused.getConstraint())
                ? new EditResult.Conflict("test_id " + experiment.testId()
                        + " has been used before; a test keeps its id for good, because its results do")
                : new EditResult.Conflict("another enabled test has control model " + experiment.controlModel()
                        + "; disable it first, or create this one with \"explicit\": true");
    }
}
