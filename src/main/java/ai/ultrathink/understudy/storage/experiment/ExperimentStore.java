package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.json.GuardrailsJson;
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

/** Changes tests and promotions in PostgreSQL. A change and its event in the audit trail are one transaction. */
@ApplicationScoped
public class ExperimentStore {

    private static final String UNIQUE_VIOLATION = "23505";

    private static final String INSERT = "insert into ab_test_configs (" + ExperimentRows.COLUMNS
            + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    private static final String SELECT = "select " + ExperimentRows.READ + " from ab_test_configs where ";
    private static final String ANY = SELECT + "test_id = $1 for update";
    private static final String KEPT = SELECT + "test_id = $1 and deleted_at is null for update";
    private static final String UPDATE = "update ab_test_configs set traffic_split = $2, enabled = $3, generation = $4,"
            + " mode = $5, guardrails = $6, updated_at = now() where test_id = $1";
    // of a test that cannot be read nothing else is touched
    private static final String DISABLE =
            "update ab_test_configs set enabled = false, generation = $2, updated_at = now() where test_id = $1";
    private static final String DELETE =
            "update ab_test_configs set enabled = false, generation = $2, updated_at = now(),"
                    + " deleted_at = now() where test_id = $1";

    private final Database database;
    private final ModelChanges models;

    ExperimentStore(Database database, ModelChanges models) {
        this.database = database;
        this.models = models;
    }

    /** Adds a test. */
    public Uni<EditResult> create(Experiment experiment, String actor) {
        return create(experiment, null, List.of(AuditEntry.of(actor, AuditAction.CREATED)));
    }

    /** Adds a test, and a ramp with it unless that is null. */
    public Uni<EditResult> create(Experiment experiment, @Nullable PersistedRamp ramp, List<AuditEntry> entries) {
        return database.<EditResult>withTransaction(connection -> unlessPinned(
                        connection,
                        experiment,
                        () -> unlessOneModel(
                                connection,
                                experiment,
                                () -> connection
                                        .preparedQuery(INSERT)
                                        .execute(ExperimentRows.tuple(experiment))
                                        .chain(() -> ramp == null
                                                ? Uni.createFrom().voidItem()
                                                : RampRows.write(connection, experiment.testId(), ramp))
                                        .chain(() -> EventStore.append(
                                                connection, entries, null, new LockedExperiment(experiment, ramp)))
                                        .replaceWith(new EditResult.Done(experiment)))))
                .onFailure(ExperimentStore::uniqueViolation)
                .recoverWithItem(failure -> conflict(failure, experiment));
    }

    /** Does it unless the test is pinned to other versions than those in force. */
    private static Uni<EditResult> unlessPinned(
            SqlConnection connection, Experiment experiment, Supplier<Uni<EditResult>> work) {
        return (PinnedVersions.pinned(experiment)
                        ? PinnedVersions.hold(connection)
                        : Uni.createFrom().voidItem())
                .chain(() -> PinnedVersions.broken(connection, experiment))
                .chain(why -> why.<Uni<EditResult>>map(
                                reason -> Uni.createFrom().item(new EditResult.Conflict(reason)))
                        .orElseGet(work));
    }

    /**
     * Changes a test.
     *
     * @param change gives the test as it shall be; the same test means that there is nothing to do
     * @param action what the event says was done
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<EditResult> update(
            String testId,
            UnaryOperator<Experiment> change,
            String actor,
            AuditAction action,
            @Nullable Long expectedGeneration) {
        return edit(KEPT, testId, expectedGeneration, (connection, before) -> {
            Experiment changed = change.apply(before);
            return changed.equals(before)
                    ? Uni.createFrom().item(new EditResult.Unchanged(before))
                    : write(connection, before, changed, List.of(AuditEntry.of(actor, action)));
        });
    }

    /** Lets a test's treatment be used no longer; also where the test cannot be read. */
    public Uni<EditResult> disable(String testId, String actor, @Nullable Long expectedGeneration) {
        return editAny(KEPT, testId, expectedGeneration, (connection, before) -> {
            if (!before.enabled()) {
                return Uni.createFrom().item(new EditResult.Unchanged(before));
            }
            Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
            return connection
                    .preparedQuery(DISABLE)
                    .execute(Tuple.of(testId, after.generation()))
                    .chain(() ->
                            append(connection, before, after, List.of(AuditEntry.of(actor, AuditAction.DISABLED))));
        });
    }

    /** Lets a test's treatment be used; not while a promotion has made one model of the two, nor with versions it is not pinned to. */
    public Uni<EditResult> enable(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(
                PinnedVersions::hold,
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> before.enabled()
                        ? Uni.createFrom().item(new EditResult.Unchanged(before))
                        : unlessPinned(
                                connection,
                                before,
                                () -> unlessOneModel(
                                        connection,
                                        before,
                                        () -> write(
                                                connection,
                                                before,
                                                before.withEnabled(true),
                                                List.of(AuditEntry.of(actor, AuditAction.ENABLED))))));
    }

    /** Does it unless the test would compare a model with itself. */
    private static Uni<EditResult> unlessOneModel(
            SqlConnection connection, Experiment experiment, Supplier<Uni<EditResult>> work) {
        return PromotionRows.locked(connection)
                .chain(promotions -> new LockedExperiment(experiment, null, promotions.get(experiment.controlModel()))
                        .comparesOneModel()
                        .<Uni<EditResult>>map(why -> Uni.createFrom().item(new EditResult.Conflict(why)))
                        .orElseGet(work));
    }

    /**
     * Changes a test and its ramp together.
     *
     * @param rule says what shall become of them as they are then; whoever else changes either waits meanwhile
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<EditResult> change(
            String testId, @Nullable Long expectedGeneration, Function<LockedExperiment, Change> rule) {
        return edit(
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> PromotionRows.lock(connection)
                        .chain(() -> standing(connection, before))
                        .chain(standing -> switch (rule.apply(standing)) {
                            case Change.None none -> Uni.createFrom().item(new EditResult.Unchanged(before));
                            case Change.Refused refused ->
                                Uni.createFrom().item(new EditResult.Conflict(refused.why()));
                            case Change.To to -> write(connection, standing, to);
                        }));
    }

    private static Uni<LockedExperiment> standing(SqlConnection connection, Experiment experiment) {
        return PromotionRows.all(connection)
                .chain(promotions -> RampRows.find(connection, experiment.testId())
                        .map(ramp -> new LockedExperiment(
                                experiment, ramp.orElse(null), promotions.get(experiment.controlModel()))));
    }

    /** A test as it stands at this moment. Others may change it at the next; what is decided by it names its generation. */
    public Uni<Optional<LockedExperiment>> find(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(SELECT + "test_id = $1 and deleted_at is null")
                .execute(Tuple.of(testId))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : standing(
                                        connection,
                                        ExperimentRows.read(rows.iterator().next())
                                                .experiment())
                                .map(Optional::of)));
    }

    private static Uni<EditResult> write(SqlConnection connection, LockedExperiment before, Change.To to) {
        Experiment after = to.experiment().withGeneration(before.generationOf(to.experiment()));
        PersistedRamp ramp = to.ramp();
        return (after.equals(before.experiment()) ? Uni.createFrom().voidItem() : write(connection, after))
                .chain(() -> ramp == null || ramp.equals(before.ramp())
                        ? Uni.createFrom().voidItem()
                        : RampRows.write(connection, after.testId(), ramp))
                .chain(() -> EventStore.append(connection, to.entries(), before, new LockedExperiment(after, ramp)))
                .replaceWith(new EditResult.Done(after));
    }

    /** Removes a test; its results and its events are kept. */
    public Uni<EditResult> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return editAny(KEPT, testId, expectedGeneration, (connection, before) -> {
            Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
            return connection
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(testId, after.generation()))
                    .chain(() -> append(connection, before, after, List.of(AuditEntry.of(actor, AuditAction.DELETED))));
        });
    }

    /**
     * Lets the treatment answer for the control model's name from now on, and ends the test. A promotion of this test that is in
     * force is left alone.
     *
     * @param override why, although the verdict is not to promote, or null
     * @param entries what the audit trail says of it
     */
    public Uni<EditResult> promote(
            String testId,
            String actor,
            @Nullable String override,
            List<AuditEntry> entries,
            @Nullable Long expectedGeneration) {
        return edit(
                ModelChanges::lock,
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> models.before(
                                connection, testId, before.controlModel(), before.treatmentModel())
                        .chain(touched -> PromotionRows.locked(connection).chain(promotions -> {
                            if (PromotionRules.promoted(before, promotions)) {
                                return Uni.createFrom().item(new EditResult.Unchanged(before));
                            }
                            return PromotionRows.rivals(connection, before)
                                    .chain(rivals -> PromotionRules.refusal(before, promotions, rivals)
                                            .<Uni<EditResult>>map(
                                                    why -> Uni.createFrom().item(new EditResult.Conflict(why)))
                                            .orElseGet(() -> PromotionRows.write(connection, before, actor, override)
                                                    .chain(() -> write(
                                                            connection, before, before.withEnabled(false), entries))
                                                    .call(() -> models.write(connection, touched, actor))));
                        })));
    }

    /**
     * Takes a promotion back: the control model answers for its own name again. The test stays as it is, deleted or not. One that
     * this test took back already is left alone; one that is not in force is a conflict.
     */
    public Uni<EditResult> revertPromotion(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(
                ModelChanges::lock,
                ANY,
                testId,
                expectedGeneration,
                (connection, before) -> models.before(connection, testId, before.controlModel(), before.controlModel())
                        .chain(touched -> PromotionRows.locked(connection)
                                .chain(promotions -> PromotionRules.promoted(before, promotions)
                                        ? PromotionRows.delete(connection, before.controlModel())
                                                .chain(() -> write(
                                                        connection,
                                                        before,
                                                        before,
                                                        List.of(AuditEntry.of(actor, AuditAction.PROMOTION_REVERTED))))
                                                .call(() -> models.write(connection, touched, actor))
                                        : PromotionRows.lastAct(connection, testId)
                                                .map(last -> PromotionRules.nothingToTakeBack(before, promotions, last)
                                                        .<EditResult>map(EditResult.Conflict::new)
                                                        .orElseGet(() -> new EditResult.Unchanged(before))))));
    }

    private interface Work {
        Uni<EditResult> on(SqlConnection connection, Experiment before);
    }

    private Uni<EditResult> edit(String which, String testId, @Nullable Long expectedGeneration, Work work) {
        return edit(ExperimentStore::nothing, which, testId, expectedGeneration, work, false);
    }

    private static Uni<Void> nothing(SqlConnection connection) {
        return Uni.createFrom().voidItem();
    }

    private Uni<EditResult> editAny(String which, String testId, @Nullable Long expectedGeneration, Work work) {
        return edit(ExperimentStore::nothing, which, testId, expectedGeneration, work, true);
    }

    /** @param first before the test's row is locked */
    private Uni<EditResult> edit(
            Function<SqlConnection, Uni<Void>> first,
            String which,
            String testId,
            @Nullable Long expectedGeneration,
            Work work) {
        return edit(first, which, testId, expectedGeneration, work, false);
    }

    /** @param unreadableToo whether a test whose row makes no sense may be changed so; its stand-in is what the work gets */
    private Uni<EditResult> edit(
            Function<SqlConnection, Uni<Void>> first,
            String which,
            String testId,
            @Nullable Long expectedGeneration,
            Work work,
            boolean unreadableToo) {
        return database.<EditResult>withTransaction(connection -> first.apply(connection)
                        .chain(() -> connection.preparedQuery(which).execute(Tuple.of(testId)))
                        .chain(rows -> {
                            if (rows.size() == 0) {
                                return Uni.createFrom().item(new EditResult.Missing(testId));
                            }
                            ExperimentRows.Reading reading =
                                    ExperimentRows.read(rows.iterator().next());
                            Experiment before = reading.experiment();
                            if (reading.problem() != null && !unreadableToo) {
                                return Uni.createFrom()
                                        .item(
                                                new EditResult.Conflict(
                                                        "the row of test " + testId
                                                                + " in ab_test_configs cannot be read: "
                                                                + reading.problem()
                                                                + "; the test is out of use. Mend the row, or disable or delete the test"));
                            }
                            if (expectedGeneration != null && expectedGeneration != before.generation()) {
                                return Uni.createFrom()
                                        .item(new EditResult.Conflict(
                                                "test " + testId + " is at generation " + before.generation()
                                                        + ", the change was made for generation " + expectedGeneration
                                                        + "; read the test again and decide anew"));
                            }
                            return work.on(connection, before);
                        }))
                .onFailure(ExperimentStore::uniqueViolation)
                .recoverWithItem(
                        () -> new EditResult.Conflict("another enabled test has the same control model; disable it"
                                + " first, or make one of the two explicit"));
    }

    /** The next generation of a test, with its events. */
    private static Uni<EditResult> write(
            SqlConnection connection, Experiment before, Experiment changed, List<AuditEntry> entries) {
        Experiment after = changed.withGeneration(before.generation() + 1);
        return write(connection, after).chain(() -> append(connection, before, after, entries));
    }

    private static Uni<EditResult> append(
            SqlConnection connection, Experiment before, Experiment after, List<AuditEntry> entries) {
        return EventStore.append(
                        connection, entries, new LockedExperiment(before, null), new LockedExperiment(after, null))
                .replaceWith(new EditResult.Done(after));
    }

    static Uni<Void> write(SqlConnection connection, Experiment after) {
        return connection
                .preparedQuery(UPDATE)
                .execute(Tuple.tuple()
                        .addString(after.testId())
                        .addDouble(after.split().fraction())
                        .addBoolean(after.enabled())
                        .addLong(after.generation())
                        .addString(after.mode().wireName())
                        .addJsonObject(GuardrailsJson.write(after.guardrails())))
                .replaceWithVoid();
    }

    private static boolean uniqueViolation(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }

    private static EditResult conflict(Throwable failure, Experiment experiment) {
        return failure instanceof PgException refused && "ab_test_configs_pkey".equals(refused.getConstraint())
                ? new EditResult.Conflict("test_id " + experiment.testId()
                        + " has been used before; a test keeps its id for good, because its results do")
                : new EditResult.Conflict("another enabled test has control model " + experiment.controlModel()
                        + "; disable it first, or create this one with \"explicit\": true");
    }
}
