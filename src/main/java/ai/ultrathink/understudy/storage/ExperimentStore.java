package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Tests and promotions in PostgreSQL. A change and its event in the audit trail are one transaction. */
@ApplicationScoped
public class ExperimentStore {

    private static final String UNIQUE_VIOLATION = "23505";

    private static final String INSERT = "insert into ab_test_configs (" + ExperimentRows.COLUMNS
            + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    private static final String SELECT = "select " + ExperimentRows.COLUMNS + " from ab_test_configs where ";
    private static final String ANY = SELECT + "test_id = $1 for update";
    private static final String KEPT = SELECT + "test_id = $1 and deleted_at is null for update";
    private static final String UPDATE = "update ab_test_configs set traffic_split = $2, enabled = $3, generation = $4,"
            + " mode = $5, guardrails = $6, updated_at = now() where test_id = $1";
    private static final String DELETE =
            "update ab_test_configs set enabled = false, generation = $2, updated_at = now(),"
                    + " deleted_at = now() where test_id = $1";
    private static final String PROMOTE = "insert into ab_model_promotions (model, serves, test_id) values ($1, $2, $3)"
            + " on conflict (model) do update set serves = excluded.serves, test_id = excluded.test_id, promoted_at = now()";

    private final Database database;

    ExperimentStore(Database database) {
        this.database = database;
    }

    /** Everything that decides which model answers, as of one moment. */
    public Uni<StoredCatalog> load() {
        return database.attemptTransaction(connection -> connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .chain(() -> connection
                        .query("select version from ab_catalog_version")
                        .execute())
                .map(rows -> rows.iterator().next().getLong("version"))
                .chain(version -> experiments(connection)
                        .chain(experiments -> promotions(connection)
                                .map(promotions -> new StoredCatalog(version, experiments, promotions)))));
    }

    /** The version alone, to see cheaply whether {@link #load} would bring anything new. */
    public Uni<Long> version() {
        return database.poll(connection -> connection
                .query("select version from ab_catalog_version")
                .execute()
                .map(rows -> rows.iterator().next().getLong("version")));
    }

    private static Uni<List<Experiment>> experiments(SqlConnection connection) {
        return connection
                .query(SELECT + "deleted_at is null order by created_at desc, test_id")
                .execute()
                .map(rows -> stream(rows).map(ExperimentRows::read).toList());
    }

    private static Uni<Map<String, String>> promotions(SqlConnection connection) {
        return connection
                .query("select model, serves from ab_model_promotions")
                .execute()
                .map(rows -> {
                    Map<String, String> promotions = new HashMap<>();
                    rows.forEach(row -> promotions.put(row.getString("model"), row.getString("serves")));
                    return promotions;
                });
    }

    /** Adds a test. */
    public Uni<Edit> create(Experiment experiment, String actor) {
        return database.<Edit>withTransaction(connection -> connection
                        .preparedQuery(INSERT)
                        .execute(ExperimentRows.tuple(experiment))
                        .chain(() -> EventStore.append(connection, actor, "created", null, experiment))
                        .replaceWith(new Edit.Done(experiment)))
                .onFailure(ExperimentStore::uniqueViolation)
                .recoverWithItem(failure -> conflict(failure, experiment));
    }

    /**
     * Changes split or enablement of a test.
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
            if (changed.equals(before)) {
                return Uni.createFrom().item(new Edit.Unchanged(before));
            }
            Experiment after = changed.withGeneration(before.generation() + 1);
            return write(connection, after)
                    .chain(() -> EventStore.append(connection, actor, action, before, after))
                    .replaceWith(new Edit.Done(after));
        });
    }

    /** Removes a test; its results and its events are kept. */
    public Uni<Edit> delete(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(KEPT, testId, expectedGeneration, (connection, before) -> {
            Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
            return connection
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(testId, after.generation()))
                    .chain(() -> EventStore.append(connection, actor, "deleted", before, after))
                    .replaceWith(new Edit.Done(after));
        });
    }

    /** Lets the treatment answer for the control model's name from now on, and ends the test. */
    public Uni<Edit> promote(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(
                KEPT,
                testId,
                expectedGeneration,
                (connection, before) -> connection
                        .preparedQuery(
                                "select 1 from ab_model_promotions where model = $1 and serves = $2 and test_id = $3")
                        .execute(Tuple.of(before.controlModel(), before.treatmentModel(), testId))
                        .chain(rows -> {
                            if (rows.size() > 0) {
                                return Uni.createFrom().item(new Edit.Unchanged(before));
                            }
                            Experiment after = before.withEnabled(false).withGeneration(before.generation() + 1);
                            return connection
                                    .preparedQuery(PROMOTE)
                                    .execute(Tuple.of(before.controlModel(), before.treatmentModel(), testId))
                                    .chain(() -> write(connection, after))
                                    .chain(() -> EventStore.append(connection, actor, "promoted", before, after))
                                    .replaceWith(new Edit.Done(after));
                        }));
    }

    /** Takes a promotion back: the control model answers for its own name again. The test stays as it is, deleted or not. */
    public Uni<Edit> revertPromotion(String testId, String actor, @Nullable Long expectedGeneration) {
        return edit(
                ANY,
                testId,
                expectedGeneration,
                (connection, before) -> connection
                        .preparedQuery("delete from ab_model_promotions where model = $1 and test_id = $2")
                        .execute(Tuple.of(before.controlModel(), testId))
                        .chain(deleted -> {
                            if (deleted.rowCount() == 0) {
                                return Uni.createFrom().item(new Edit.Unchanged(before));
                            }
                            Experiment after = before.withGeneration(before.generation() + 1);
                            return write(connection, after)
                                    .chain(() ->
                                            EventStore.append(connection, actor, "promotion_reverted", before, after))
                                    .replaceWith(new Edit.Done(after));
                        }));
    }

    private interface Work {
        Uni<? extends Edit> on(SqlConnection connection, Experiment before);
    }

    private Uni<Edit> edit(String which, String testId, @Nullable Long expectedGeneration, Work work) {
        return database.<Edit>withTransaction(connection -> connection
                        .preparedQuery(which)
                        .execute(Tuple.of(testId))
                        .chain(rows -> {
                            if (rows.size() == 0) {
                                return Uni.createFrom().item(new Edit.Missing(testId));
                            }
                            Experiment before =
                                    ExperimentRows.read(rows.iterator().next());
                            if (expectedGeneration != null && expectedGeneration != before.generation()) {
                                return Uni.createFrom()
                                        .item(new Edit.Conflict(
                                                "test " + testId + " is at generation " + before.generation()
                                                        + ", the change was made for generation " + expectedGeneration
                                                        + "; read the test again and decide anew"));
                            }
                            return work.on(connection, before).map(edit -> (Edit) edit);
                        }))
                .onFailure(ExperimentStore::uniqueViolation)
                .recoverWithItem(() -> new Edit.Conflict("another enabled test has the same control model; disable it"
                        + " first, or make one of the two explicit"));
    }

    private static Uni<RowSet<Row>> write(SqlConnection connection, Experiment after) {
        return connection
                .preparedQuery(UPDATE)
                .execute(Tuple.tuple()
                        .addString(after.testId())
                        .addDouble(after.split().fraction())
                        .addBoolean(after.enabled())
                        .addLong(after.generation())
                        .addString(after.mode().wireName())
                        .addJsonObject(GuardrailsJson.write(after.guardrails())));
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

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
