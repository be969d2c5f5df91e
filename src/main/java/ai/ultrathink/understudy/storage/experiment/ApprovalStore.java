package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.ApprovalState;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Approvals in PostgreSQL. They are asked for and used by the changes themselves, in the changes' transactions. Each read ends those
 * that are over.
 */
@ApplicationScoped
public class ApprovalStore {

    private static final String NEWEST = "select " + ApprovalRows.COLUMNS + ", null as report from ab_approvals"
            + " where state = coalesce($1, state) order by requested_at desc, approval_id desc limit $2";

    private static final String ONE =
            "select " + ApprovalRows.COLUMNS + ", report::text as report from ab_approvals where approval_id = $1";

    private static final String LAST_EDITOR = "select actor from ab_test_events where test_id = $1"
            + " and action not like 'approval%' and actor <> all ($2) order by event_id desc limit 1";

    private static final String TEST =
            "select " + ExperimentRows.READ + " from ab_test_configs where test_id = $1 for update";

    private static final String REJECT =
            "update ab_approvals set state = 'rejected', decided_by = $2, decided_at = now(),"
                    + " reason = $3 where approval_id = $1 and state = 'pending' and expires_at > now()"
                    + " and content_hash = ab_approval_content(test_id, what, arguments) returning what, requested_by";

    private final Database database;

    ApprovalStore(Database database) {
        this.database = database;
    }

    /** The newest approvals, in one state or in all. */
    public Uni<List<ApprovalRecord>> newest(@Nullable ApprovalState state, int limit) {
        return settled(connection -> connection
                .preparedQuery(NEWEST)
                .execute(Tuple.of(state == null ? null : state.wireName(), limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ApprovalRows::read)
                        .toList()));
    }

    /** An approval with its report. */
    public Uni<Optional<ApprovalRecord>> find(UUID approvalId) {
        return settled(connection -> connection
                .preparedQuery(ONE)
                .execute(Tuple.of(approvalId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ApprovalRows::read)
                        .findFirst()));
    }

    private <T> Uni<T> settled(Function<SqlConnection, Uni<T>> read) {
        return database.withTransaction(connection ->
                connection.query("select settle_ab_approvals()").execute().chain(() -> read.apply(connection)));
    }

    /** The person who changed an experiment last; empty if only the service did. */
    public Uni<Optional<String>> lastEditor(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(LAST_EDITOR)
                .execute(Tuple.of(testId, Actors.reserved().toArray(String[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("actor"))
                        .findFirst()));
    }

    /**
     * Rejects an approval that is pending.
     *
     * @return whether it was
     */
    public Uni<Boolean> reject(ApprovalRecord approval, String actor, String reason) {
        return database.withTransaction(connection -> connection
                .preparedQuery(TEST)
                .execute(Tuple.of(approval.testId()))
                .chain(tests -> connection
                        .preparedQuery(REJECT)
                        .execute(Tuple.of(approval.approvalId(), actor, reason))
                        .chain(rows -> tests.size() == 0 || rows.size() == 0
                                ? Uni.createFrom().item(false)
                                : rejected(
                                                connection,
                                                approval,
                                                tests.iterator().next(),
                                                AuditEntry.of(
                                                                actor,
                                                                AuditAction.APPROVAL_REJECTED,
                                                                approval.what() + ", asked for by "
                                                                        + approval.requestedBy() + ": " + reason)
                                                        .about(approval.approvalId()))
                                        .replaceWith(true))));
    }

    private static Uni<Void> rejected(SqlConnection connection, ApprovalRecord approval, Row test, AuditEntry entry) {
        return RampRows.find(connection, approval.testId())
                .map(ramp -> new LockedExperiment(ExperimentRows.read(test).experiment(), ramp.orElse(null)))
                .chain(now -> EventStore.append(connection, List.of(entry), now, now));
    }
}
