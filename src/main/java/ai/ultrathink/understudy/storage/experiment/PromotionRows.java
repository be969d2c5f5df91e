package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Promotions as rows of {@code ab_model_promotions}. */
final class PromotionRows {

    private static final long LOCK = 0x756E_6465_7072_6F6DL;

    private static final String ALL =
            "select model, serves, test_id, promoted_at, promoted_by, approved_by, override_reason from ab_model_promotions";
    private static final String UPSERT =
            "insert into ab_model_promotions (model, serves, test_id, promoted_by, override_reason, approved_by)"
                    + " values ($1, $2, $3, $4, $5, $6) on conflict (model) do update set serves = excluded.serves,"
                    + " test_id = excluded.test_id, promoted_by = excluded.promoted_by,"
                    + " override_reason = excluded.override_reason, approved_by = excluded.approved_by, promoted_at = now()";
    private static final String LAST_ACT = "select action from ab_test_events where test_id = $1"
            + " and action in ($2, $3) order by event_id desc limit 1";
    private static final String RIVALS = "select test_id from ab_test_configs where enabled and mode <> 'disabled'"
            + " and deleted_at is null and control_model = $1 and test_id <> $3"
            + " and (treatment_model = $2 and not aa or treatment_model = control_model) order by test_id";

    private PromotionRows() {}

    /** All promotions, by the name that callers ask for. */
    static Uni<Map<String, Promotion>> all(SqlConnection connection) {
        return connection
                .query(ALL)
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(PromotionRows::read)
                        .collect(Collectors.toUnmodifiableMap(Promotion::model, promotion -> promotion)));
    }

    /**
     * Waits until no other transaction reads or changes promotions for a decision: what is read after this stays valid
     * until this transaction ends. Call with the lock of the experiment's row.
     */
    static Uni<Void> lock(SqlConnection connection) {
        // a statement of its own, because the snapshot of a statement is taken before it waits for a lock
        return connection
                .preparedQuery("select pg_advisory_xact_lock($1)")
                .execute(Tuple.of(LOCK))
                .replaceWithVoid();
    }

    /** Takes the lock and reads all promotions. */
    static Uni<Map<String, Promotion>> locked(SqlConnection connection) {
        return lock(connection).chain(() -> all(connection));
    }

    static Uni<Void> write(
            SqlConnection connection,
            Experiment experiment,
            String by,
            @Nullable String override,
            Permission permission) {
        return connection
                .preparedQuery(UPSERT)
                .execute(Tuple.tuple()
                        .addString(experiment.controlModel())
                        .addString(experiment.treatmentModel())
                        .addString(experiment.testId())
                        .addString(by)
                        .addString(override)
                        .addString(Permission.approver(permission)))
                .replaceWithVoid();
    }

    static Uni<Void> delete(SqlConnection connection, String model) {
        return connection
                .preparedQuery("delete from ab_model_promotions where model = $1")
                .execute(Tuple.of(model))
                .replaceWithVoid();
    }

    /** What was done last about the promotion of an experiment: it was promoted, taken back, or nothing at all was done. */
    static Uni<Optional<AuditAction>> lastAct(SqlConnection connection, String testId) {
        String promoted = AuditAction.PROMOTED.wireName();
        return connection
                .preparedQuery(LAST_ACT)
                .execute(Tuple.of(testId, promoted, AuditAction.PROMOTION_REVERTED.wireName()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("action").equals(promoted)
                                ? AuditAction.PROMOTED
                                : AuditAction.PROMOTION_REVERTED)
                        .findFirst());
    }

    /** Running experiments that a promotion would spoil: others on the same two models, and A/A tests of the control model. */
    static Uni<String> rivals(SqlConnection connection, Experiment experiment) {
        return connection
                .preparedQuery(RIVALS)
                .execute(Tuple.of(experiment.controlModel(), experiment.treatmentModel(), experiment.testId()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("test_id"))
                        .collect(Collectors.joining(", ")));
    }

    private static Promotion read(Row row) {
        return new Promotion(
                row.getString("model"),
                row.getString("serves"),
                row.getString("test_id"),
                row.getOffsetDateTime("promoted_at").toInstant(),
                row.getString("promoted_by"),
                row.getString("approved_by"),
                row.getString("override_reason"));
    }
}
