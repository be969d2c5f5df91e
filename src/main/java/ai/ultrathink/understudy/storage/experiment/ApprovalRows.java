package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.ApprovalKind;
import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.ApprovalState;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Consent;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.audit.EventStore;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** Approvals as rows of {@code ab_approvals}, in the transaction that holds the lock of the experiment's row. */
final class ApprovalRows {

    static final String COLUMNS = "approval_id, what, test_id, generation, arguments::text as arguments, content_hash,"
            + " requested_by, requested_at, expires_at, state, decided_by, decided_at, reason";

    private static final String WAITING = "select " + COLUMNS + ", null as report from ab_approvals"
            + " where test_id = $1 and what = $2 and state = 'pending' and expires_at > now()"
            + " and content_hash = ab_approval_content($1, $2, $3::jsonb)";

    private static final String REPLACE = "update ab_approvals"
            + " set state = case when expires_at > now() then 'stale' else 'expired' end, decided_at = now()"
            + " where test_id = $1 and what = $2 and state = 'pending' returning approval_id, requested_by, state";

    private static final String INSERT = "insert into ab_approvals"
            + " (what, test_id, generation, arguments, content_hash, requested_by, expires_at, report)"
            + " values ($2, $1, $3, $4::jsonb, ab_approval_content($1, $2, $4::jsonb), $5,"
            + " now() + make_interval(secs => $6), $7::text::json) returning " + COLUMNS + ", null as report";

    // one statement decides, so of two approvers one comes first, and what has changed is not done
    private static final String USE = "update ab_approvals set state = 'approved', decided_by = $2, decided_at = now()"
            + " where approval_id = $1 and test_id = $3 and state = 'pending' and expires_at > now()"
            + " and content_hash = ab_approval_content(test_id, what, arguments) returning what, requested_by";

    private ApprovalRows() {}

    /**
     * Makes a change that may be made, or asks for an approval instead.
     *
     * @param before as it is
     * @param changed as it would be
     * @param write makes the change
     */
    static Uni<EditResult> permitted(
            SqlConnection connection,
            Permission permission,
            LockedExperiment before,
            Experiment changed,
            Supplier<Uni<EditResult>> write) {
        return switch (permission) {
            case Permission.Free free -> write.get();
            case Permission.Given given ->
                use(connection, given.consent(), before)
                        .chain(used -> used
                                ? write.get()
                                : ExperimentEdit.conflict("approval "
                                        + given.consent().approvalId()
                                        + " was decided by another, or the test has changed since it was asked for"));
            case Permission.Ask ask ->
                ask.needed().test(before.experiment(), changed)
                        ? ask(connection, ask, before, changed).map(EditResult.Awaiting::new)
                        : write.get();
        };
    }

    /** The second person's consent to a change, or null where one sufficed. */
    static List<AuditEntry> entries(List<AuditEntry> entries, Permission permission) {
        return permission instanceof Permission.Given given
                ? entries.stream().map(entry -> entry.with(given.consent())).toList()
                : entries;
    }

    private static Uni<Boolean> use(SqlConnection connection, Consent consent, LockedExperiment before) {
        return PromotionRows.lock(connection)
                .chain(() -> connection
                        .preparedQuery(USE)
                        .execute(Tuple.of(
                                consent.approvalId(),
                                consent.approver(),
                                before.experiment().testId())))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(false)
                        : granted(connection, consent, before, rows.iterator().next())
                                .replaceWith(true));
    }

    private static Uni<Void> granted(SqlConnection connection, Consent consent, LockedExperiment before, Row used) {
        return EventStore.append(
                connection,
                List.of(AuditEntry.of(
                                consent.approver(),
                                AuditAction.APPROVAL_GRANTED,
                                used.getString("what") + ", asked for by " + used.getString("requested_by"))
                        .about(consent.approvalId())),
                before,
                before);
    }

    /** The approval that waits for the same, or a new one, which replaces one that waits for something else of its kind. */
    private static Uni<ApprovalRecord> ask(
            SqlConnection connection, Permission.Ask ask, LockedExperiment before, Experiment changed) {
        String testId = before.experiment().testId();
        JsonObject arguments = new JsonObject(ask.arguments().apply(changed));
        String what = ask.kind().wireName();
        return PromotionRows.lock(connection)
                .chain(() -> connection.preparedQuery(WAITING).execute(Tuple.of(testId, what, arguments)))
                .map(ApprovalRows::first)
                .chain(waiting -> waiting.isPresent()
                        ? Uni.createFrom().item(waiting.get())
                        : replace(connection, ask.kind(), ask.actor(), before)
                                .chain(() -> insert(connection, ask, before, arguments)));
    }

    private static Uni<Void> replace(
            SqlConnection connection, ApprovalKind kind, String actor, LockedExperiment before) {
        return connection
                .preparedQuery(REPLACE)
                .execute(Tuple.of(before.experiment().testId(), kind.wireName()))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().voidItem()
                        : EventStore.append(
                                connection,
                                StreamSupport.stream(rows.spliterator(), false)
                                        .map(row -> replaced(row, kind, actor))
                                        .toList(),
                                before,
                                before));
    }

    private static AuditEntry replaced(Row row, ApprovalKind kind, String actor) {
        boolean expired = row.getString("state").equals(ApprovalState.EXPIRED.wireName());
        String asked = kind.wireName() + ", asked for by " + row.getString("requested_by");
        AuditEntry entry = expired
                ? AuditEntry.of(
                        Actors.SERVICE, AuditAction.APPROVAL_EXPIRED, "its time was over before a decision: " + asked)
                : AuditEntry.of(actor, AuditAction.APPROVAL_STALE, "a later request replaces it: " + asked);
        return entry.about(row.getUUID("approval_id"));
    }

    private static Uni<ApprovalRecord> insert(
            SqlConnection connection, Permission.Ask ask, LockedExperiment before, JsonObject arguments) {
        return connection
                .preparedQuery(INSERT)
                .execute(Tuple.tuple()
                        .addString(before.experiment().testId())
                        .addString(ask.kind().wireName())
                        .addLong(before.experiment().generation())
                        .addJsonObject(arguments)
                        .addString(ask.actor())
                        .addDouble(seconds(ask.lasts()))
                        .addString(ask.report()))
                .map(rows -> read(rows.iterator().next()))
                .call(asked -> EventStore.append(
                        connection,
                        List.of(new AuditEntry(
                                        ask.actor(),
                                        AuditAction.APPROVAL_REQUESTED,
                                        asked.what(),
                                        new JsonObject()
                                                .put("what", asked.what())
                                                .put("arguments", arguments)
                                                .put("content_hash", asked.contentHash())
                                                .put(
                                                        "expires_at",
                                                        asked.expiresAt().toString())
                                                .encode())
                                .about(asked.approvalId())),
                        before,
                        before));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Optional<ApprovalRecord> first(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(ApprovalRows::read)
                .findFirst();
    }

    static ApprovalRecord read(Row row) {
        OffsetDateTime decidedAt = row.getOffsetDateTime("decided_at");
        return new ApprovalRecord(
                row.getUUID("approval_id"),
                row.getString("what"),
                row.getString("test_id"),
                row.getLong("generation"),
                row.getString("requested_by"),
                row.getOffsetDateTime("requested_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                row.getString("state"),
                row.getString("arguments"),
                row.getString("content_hash"),
                row.getString("decided_by"),
                decidedAt == null ? null : decidedAt.toInstant(),
                row.getString("reason"),
                row.getString("report"));
    }
}
