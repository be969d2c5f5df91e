package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
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
    public Uni<Edit> create(Experiment experiment, String actor) {
        return create(experiment, null, List.of(Deed.of(actor, "created")));
    }

    /** Adds a test, and a ramp with it unless that is null. */
    public Uni<Edit> create(Experiment experiment, @Nullable StoredRamp ramp, List<Deed> deeds) {
        return database.<Edit>withTransaction(connection -> unlessPinned(
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
                                                connection, deeds, null, new Standing(experiment, ramp)))
                                        .replaceWith(new Edit.Done(experiment)))))
                .onFailure(ExperimentStore::uniqueViolation)
                .recoverWithItem(failure -> conflict(failure, experiment));
    }

    /** Does it unless the test is pinned to other versions than those in force. */
    private static Uni<Edit> unlessPinned(SqlConnection connection, Experiment test, Supplier<Uni<Edit>> work) {
        return (Pins.pinned(test) ? Pins.hold(connection) : Uni.createFrom().voidItem())
                .chain(() -> Pins.broken(connection, test))
                .chain(why -> why.<Uni<Edit>>map(reason -> Uni.createFrom().item(new Edit.Conflict(reason)))
                        .orElseGet(work));
    }

    /**
     * Changes a test.
     *
     * @param change gives the test as it shall be; the same test means that there is nothing to do
     * @param action what the event calls the change
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<Edit> update(
            String testId,
            UnaryOperator<Experiment> change,
            String actor,
            String action,
            @Nullable Long expectedGeneration) {
        return edit(KEPT, testId, expectedGeneration, (connection, before) -> {
            Experiment changed = change.apply(before);
            return changed.equals(before)
                    ? Uni.createFrom().item(new Edit.Unchanged(before))
                    : write(connection, before, changed, List.of(Deed.of(actor, action)));
        });
    }

    /** Lets a test's treatment be used no longer; also where the test cannot be read. */
    public Uni<Edit> disable(String testId, String actor, @Nullable Long expectedGeneration) {
        return editAny(KEPT, testId, expectedGeneration, (connection, before) -> {
            if (!before.enabled()) {
                return Uni.createFrom().item(new Edit.Unchanged(before));
            }
            Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
            return connection
                    .preparedQuery(DISABLE)
                    .execute(Tuple.of(testId, after.generation()))
                    .chain(() -> append(connection, before, after, List.of(Deed.of(actor, "disabled"))));
        });
    }

    /** Lets a test's treatment be used; not while a promotion has made one model of the two, nor with versions it is not pinned to. */
    public Uni<Edit> enable(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(
                Pins::hold,
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> before.enabled()
                        ? Uni.createFrom().item(new Edit.Unchanged(before))
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
                                                List.of(Deed.of(actor, "enabled"))))));
    }

    /** Does it unless the test would compare a model with itself. */
    private static Uni<Edit> unlessOneModel(SqlConnection connection, Experiment test, Supplier<Uni<Edit>> work) {
        return PromotionRows.locked(connection)
                .chain(promotions -> new Standing(test, null, promotions.get(test.controlModel()))
                        .comparesOneModel()
                        .<Uni<Edit>>map(why -> Uni.createFrom().item(new Edit.Conflict(why)))
                        .orElseGet(work));
    }

    /**
     * Changes a test and its ramp together.
     *
     * @param rule says what shall become of them as they are then; whoever else changes either waits meanwhile
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<Edit> change(String testId, @Nullable Long expectedGeneration, Function<Standing, Change> rule) {
        return edit(
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> PromotionRows.lock(connection)
                        .chain(() -> standing(connection, before))
                        .chain(standing -> switch (rule.apply(standing)) {
                            case Change.None none -> Uni.createFrom().item(new Edit.Unchanged(before));
                            case Change.Refused refused -> Uni.createFrom().item(new Edit.Conflict(refused.why()));
                            case Change.To to -> write(connection, standing, to);
                        }));
    }

    private static Uni<Standing> standing(SqlConnection connection, Experiment test) {
        return PromotionRows.all(connection)
                .chain(promotions -> RampRows.find(connection, test.testId())
                        .map(ramp -> new Standing(test, ramp.orElse(null), promotions.get(test.controlModel()))));
    }

    /** A test as it stands at this moment. Others may change it at the next; what is decided by it names its generation. */
    public Uni<Optional<Standing>> find(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(SELECT + "test_id = $1 and deleted_at is null")
                .execute(Tuple.of(testId))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : standing(
                                        connection,
                                        ExperimentRows.read(rows.iterator().next())
                                                .test())
                                .map(Optional::of)));
    }

    private static Uni<Edit> write(SqlConnection connection, Standing before, Change.To to) {
        Experiment after = to.test().withGeneration(before.generationOf(to.test()));
        StoredRamp ramp = to.ramp();
        return (after.equals(before.test()) ? Uni.createFrom().voidItem() : write(connection, after))
                .chain(() -> ramp == null || ramp.equals(before.ramp())
                        ? Uni.createFrom().voidItem()
                        : RampRows.write(connection, after.testId(), ramp))
                .chain(() -> EventStore.append(connection, to.deeds(), before, new Standing(after, ramp)))
                .replaceWith(new Edit.Done(after));
    }

    /** Removes a test; its results and its events are kept. */
    public Uni<Edit> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return editAny(KEPT, testId, expectedGeneration, (connection, before) -> {
            Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
            return connection
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(testId, after.generation()))
                    .chain(() -> append(connection, before, after, List.of(Deed.of(actor, "deleted"))));
        });
    }

    /**
     * Lets the treatment answer for the control model's name from now on, and ends the test. A promotion of this test that is in
     * force is left alone.
     *
     * @param override why, although the verdict is not to promote, or null
     * @param deeds what the audit trail says of it
     */
    public Uni<Edit> promote(
            String testId,
            String actor,
            @Nullable String override,
            List<Deed> deeds,
            @Nullable Long expectedGeneration) {
        return edit(
                ModelChanges::lock,
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> models.before(
                                connection, testId, before.controlModel(), before.treatmentModel())
                        .chain(touched -> PromotionRows.locked(connection).chain(promotions -> {
                            if (Promotable.promoted(before, promotions)) {
                                return Uni.createFrom().item(new Edit.Unchanged(before));
                            }
                            return PromotionRows.rivals(connection, before)
                                    .chain(rivals -> Promotable.refusal(before, promotions, rivals)
                                            .<Uni<Edit>>map(
                                                    why -> Uni.createFrom().item(new Edit.Conflict(why)))
                                            .orElseGet(() -> PromotionRows.write(connection, before, actor, override)
                                                    .chain(() ->
                                                            write(connection, before, before.withEnabled(false), deeds))
                                                    .call(() -> models.write(connection, touched, actor))));
                        })));
    }

    /**
     * Takes a promotion back: the control model answers for its own name again. The test stays as it is, deleted or not. One that
     * this test took back already is left alone; one that is not in force is a conflict.
     */
    public Uni<Edit> revertPromotion(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(
                ModelChanges::lock,
                ANY,
                testId,
                expectedGeneration,
                (connection, before) -> models.before(connection, testId, before.controlModel(), before.controlModel())
                        .chain(touched -> PromotionRows.locked(connection)
                                .chain(promotions -> Promotable.promoted(before, promotions)
                                        ? PromotionRows.delete(connection, before.controlModel())
                                                .chain(() -> write(
                                                        connection,
                                                        before,
                                                        before,
                                                        List.of(Deed.of(actor, "promotion_reverted"))))
                                                .call(() -> models.write(connection, touched, actor))
                                        : PromotionRows.lastAct(connection, testId)
                                                .map(last -> Promotable.nothingToTakeBack(before, promotions, last)
                                                        .<Edit>map(Edit.Conflict::new)
                                                        .orElseGet(() -> new Edit.Unchanged(before))))));
    }

    private interface Work {
        Uni<Edit> on(SqlConnection connection, Experiment before);
    }

    private Uni<Edit> edit(String which, String testId, @Nullable Long expectedGeneration, Work work) {
        return edit(ExperimentStore::nothing, which, testId, expectedGeneration, work, false);
    }

    private static Uni<Void> nothing(SqlConnection connection) {
        return Uni.createFrom().voidItem();
    }

    private Uni<Edit> editAny(String which, String testId, @Nullable Long expectedGeneration, Work work) {
        return edit(ExperimentStore::nothing, which, testId, expectedGeneration, work, true);
    }

    /** @param first before the test's row is locked */
    private Uni<Edit> edit(
            Function<SqlConnection, Uni<Void>> first,
            String which,
            String testId,
            @Nullable Long expectedGeneration,
            Work work) {
        return edit(first, which, testId, expectedGeneration, work, false);
    }

    /** @param unreadableToo whether a test whose row makes no sense may be changed so; its stand-in is what the work gets */
    private Uni<Edit> edit(
            Function<SqlConnection, Uni<Void>> first,
            String which,
            String testId,
            @Nullable Long expectedGeneration,
            Work work,
            boolean unreadableToo) {
        return database.<Edit>withTransaction(connection -> first.apply(connection)
                        .chain(() -> connection.preparedQuery(which).execute(Tuple.of(testId)))
                        .chain(rows -> {
                            if (rows.size() == 0) {
                                return Uni.createFrom().item(new Edit.Missing(testId));
                            }
                            ExperimentRows.Reading reading =
                                    ExperimentRows.read(rows.iterator().next());
                            Experiment before = reading.test();
                            if (reading.problem() != null && !unreadableToo) {
                                return Uni.createFrom()
                                        .item(
                                                new Edit.Conflict(
                                                        "the row of test " + testId
                                                                + " in ab_test_configs cannot be read: "
                                                                + reading.problem()
                                                                + "; the test is out of use. Mend the row, or disable or delete the test"));
                            }
                            if (expectedGeneration != null && expectedGeneration != before.generation()) {
                                return Uni.createFrom()
                                        .item(new Edit.Conflict(
                                                "test " + testId + " is at generation " + before.generation()
                                                        + ", the change was made for generation " + expectedGeneration
                                                        + "; read the test again and decide anew"));
                            }
                            return work.on(connection, before);
                        }))
                .onFailure(ExperimentStore::uniqueViolation)
                .recoverWithItem(() -> new Edit.Conflict("another enabled test has the same control model; disable it"
                        + " first, or make one of the two explicit"));
    }

    /** The next generation of a test, with its events. */
    private static Uni<Edit> write(SqlConnection connection, Experiment before, Experiment changed, List<Deed> deeds) {
        Experiment after = changed.withGeneration(before.generation() + 1);
        return write(connection, after).chain(() -> append(connection, before, after, deeds));
    }

    private static Uni<Edit> append(SqlConnection connection, Experiment before, Experiment after, List<Deed> deeds) {
        return EventStore.append(connection, deeds, new Standing(before, null), new Standing(after, null))
                .replaceWith(new Edit.Done(after));
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

    private static Edit conflict(Throwable failure, Experiment experiment) {
        return failure instanceof PgException refused && "ab_test_configs_pkey".equals(refused.getConstraint())
                ? new Edit.Conflict("test_id " + experiment.testId()
                        + " has been used before; a test keeps its id for good, because its results do")
                : new Edit.Conflict("another enabled test has control model " + experiment.controlModel()
                        + "; disable it first, or create this one with \"explicit\": true");
    }
}
