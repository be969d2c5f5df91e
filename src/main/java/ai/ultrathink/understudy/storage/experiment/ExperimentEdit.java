package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change of one experiment, as one transaction in which its row is locked.
 *
 * @param expectedGeneration rejects the change unless the experiment is at that generation; null accepts any
 * @param first runs before the row is locked, to take the locks that come before it
 * @param deletedToo whether a deleted experiment may be changed
 * @param unreadableToo whether an experiment whose row cannot be read may be changed; the work gets a stand-in for it
 */
record ExperimentEdit(
        String testId,
        @Nullable Long expectedGeneration,
        Function<SqlConnection, Uni<Void>> first,
        boolean deletedToo,
        boolean unreadableToo) {

    private static final String UNIQUE_VIOLATION = "23505";

    /** The event of the change that led to a generation; what happens to the experiment later has the same generation. */
    private static final String CHANGE = """
            select actor, action, greatest(0, extract(epoch from clock_timestamp() - time))::bigint as seconds
            from ab_test_events where test_id = $1 and generation = $2 order by event_id limit 1""";

    /** What a change does with the locked experiment. */
    interface Work {
        Uni<EditResult> on(SqlConnection connection, Experiment before);
    }

    static ExperimentEdit of(String testId, @Nullable Long expectedGeneration) {
        return new ExperimentEdit(
                testId, expectedGeneration, connection -> Uni.createFrom().voidItem(), false, false);
    }

    ExperimentEdit after(Function<SqlConnection, Uni<Void>> locks) {
        return new ExperimentEdit(testId, expectedGeneration, locks, deletedToo, unreadableToo);
    }

    ExperimentEdit ofDeletedToo() {
        return new ExperimentEdit(testId, expectedGeneration, first, true, unreadableToo);
    }

    ExperimentEdit ofUnreadableToo() {
        return new ExperimentEdit(testId, expectedGeneration, first, deletedToo, true);
    }

    Uni<EditResult> in(Database database, Work work) {
        return database.<EditResult>withTransaction(connection -> first.apply(connection)
                        .chain(() -> connection.preparedQuery(select()).execute(Tuple.of(testId)))
                        .chain(rows -> rows.size() == 0
                                ? Uni.createFrom().item(new EditResult.Missing(testId))
                                : permitted(ExperimentRows.read(rows.iterator().next()), connection, work)))
                .onFailure(ExperimentEdit::uniqueViolation)
                .recoverWithItem(
                        () -> new EditResult.Conflict("another enabled test has the same control model; disable it"
                                + " first, or make one of the two explicit"));
    }

    private String select() {
        return "select " + ExperimentRows.READ + " from ab_test_configs where test_id = $1"
                + (deletedToo ? "" : " and deleted_at is null") + " for update";
    }

    private Uni<EditResult> permitted(ExperimentRows.Reading reading, SqlConnection connection, Work work) {
        Experiment before = reading.experiment();
        if (reading.problem() != null && !unreadableToo) {
            return conflict("the row of test " + testId + " in ab_test_configs cannot be read: " + reading.problem()
                    + "; the test is out of use. Repair the row, or disable or delete the test");
        }
        if (expectedGeneration != null && expectedGeneration != before.generation()) {
            return changedSince(connection, before.generation(), expectedGeneration);
        }
        return work.on(connection, before);
    }

    /** Says who was faster, and when. */
    private Uni<EditResult> changedSince(SqlConnection connection, long generation, long expected) {
        return connection
                .preparedQuery(CHANGE)
                .execute(Tuple.of(testId, generation))
                .map(rows -> new EditResult.Conflict("test " + testId + " is at generation " + generation
                        + ", the change was made for generation " + expected + by(rows)
                        + "; read the test again and decide again"));
    }

    private static String by(RowSet<Row> rows) {
        return rows.size() == 0 ? "" : by(rows.iterator().next());
    }

    private static String by(Row change) {
        return "; " + change.getString("actor") + " changed it " + change.getLong("seconds") + " s ago ("
                + change.getString("action") + ")";
    }

    /** Writes the next generation of an experiment, with its entries in the audit trail. */
    static Uni<EditResult> write(
            SqlConnection connection, Experiment before, Experiment changed, List<AuditEntry> entries) {
        Experiment after = changed.withGeneration(before.generation() + 1);
        return ExperimentRows.write(connection, after).chain(() -> append(connection, before, after, entries));
    }

    /** Adds the entries of a change that is written. */
    static Uni<EditResult> append(
            SqlConnection connection, Experiment before, Experiment after, List<AuditEntry> entries) {
        return EventStore.append(
                        connection, entries, new LockedExperiment(before, null), new LockedExperiment(after, null))
                .replaceWith(new EditResult.Done(after));
    }

    static Uni<EditResult> unchanged(Experiment experiment) {
        return Uni.createFrom().item(new EditResult.Unchanged(experiment));
    }

    static Uni<EditResult> conflict(String why) {
        return Uni.createFrom().item(new EditResult.Conflict(why));
    }

    static boolean uniqueViolation(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }
}
