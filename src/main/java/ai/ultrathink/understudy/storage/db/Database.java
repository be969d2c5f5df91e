package ai.ultrathink.understudy.storage.db;

import ai.ultrathink.understudy.trace.Tracing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The only access to the pool. Each call has a time limit, and failures of the database itself become one exception;
 * exceptions of the work and errors in its statements are passed on.
 *
 * <p>Calls on behalf of a caller fail at once while the database is known to be away. Background work (polls, the
 * journal, migrations) is always tried. The result of the last poll determines whether the database is away.
 */
@ApplicationScoped
public class Database {

    private final Pool pool;
    private final Duration timeout;
    private final Duration pollTimeout;
    private final RepeatedWarnings complaints = new RepeatedWarnings();
    private volatile @Nullable DatabaseAwayException away;
    private volatile @Nullable FailureCause withheld;
    private final Tracing tracing;

    public Database(Pool pool, StorageConfig config, Tracing tracing) {
        this.pool = pool;
        this.tracing = tracing;
        this.timeout = config.queryTimeout();
        this.pollTimeout = config.pollTimeout();
    }

    /** Runs work for a caller who waits. */
    public <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return unlessAway(attempt(work));
    }

    /** Runs work for a caller who waits, in a transaction. */
    public <T> Uni<T> withTransaction(Function<SqlConnection, Uni<T>> work) {
        return unlessAway(attemptTransaction(work));
    }

    /** Runs work even while the database is known to be away. */
    public <T> Uni<T> attempt(Function<SqlConnection, Uni<T>> work) {
        return tracing.current().database(unlessWithheld(bounded(leased(work), timeout)));
    }

    /** Runs work in a transaction, even while the database is known to be away. */
    public <T> Uni<T> attemptTransaction(Function<SqlConnection, Uni<T>> work) {
        return attempt(connection -> connection
                .begin()
                .chain(transaction -> work.apply(connection)
                        .call(transaction::commit)
                        .onFailure()
                        .call(failure -> transaction.rollback().onFailure().recoverWithNull())));
    }

    /** Runs a short query whose success or failure determines whether the database is away. */
    public <T> Uni<T> poll(Function<SqlConnection, Uni<T>> question) {
        return bounded(leased(question), pollTimeout)
                .invoke(this::heard)
                .onFailure(DatabaseAwayException.class)
                .invoke(problem -> lost(problem));
    }

    /** Whether the last poll got no answer, which was then logged. */
    boolean isAway() {
        return away != null;
    }

    private void heard() {
        away = null;
        complaints.over("the database answers again");
    }

    private void lost(DatabaseAwayException problem) {
        away = problem;
        complaints.about(String.valueOf(problem.getMessage()));
    }

    /**
     * Rejects everything but polls until {@link #open}, because the schema may belong to another application.
     *
     * @param why a sentence for callers
     */
    void withhold(FailureCause why) {
        withheld = why;
    }

    /** Allows all calls: the schema is the service's own. */
    void open() {
        withheld = null;
    }

    private <T> Uni<T> unlessAway(Uni<T> work) {
        return Uni.createFrom().deferred(() -> {
            DatabaseAwayException known = away;
            return known == null
                    ? work
                    : refusal(new FailureCause(known.lasting(), String.valueOf(known.getMessage())), known);
        });
    }

    private <T> Uni<T> unlessWithheld(Uni<T> work) {
        return Uni.createFrom().deferred(() -> {
            FailureCause why = withheld;
            return why == null ? work : refusal(why, null);
        });
    }

    private static <T> Uni<T> refusal(FailureCause why, @Nullable Throwable known) {
        return Uni.createFrom().failure(new DatabaseAwayException(why, known));
    }

    /**
     * Returns the connection to the pool however the work ends, also if the connection arrives after its caller has
     * given up.
     */
    private <T> Uni<T> leased(Function<SqlConnection, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Uni<SqlConnection> lease = pool.getConnection().memoize().indefinitely();
            AtomicBoolean ended = new AtomicBoolean();
            return lease.chain(work::apply).onTermination().invoke(() -> {
                // the item and the timeout may both end it, and closing it twice would close it for its next user
                if (ended.compareAndSet(false, true)) {
                    lease.subscribe().with(Database::giveBack, unavailable -> {});
                }
            });
        });
    }

    /** Closes the connection, which rolls back an open transaction. */
    private static void giveBack(SqlConnection connection) {
        connection.close().subscribe().with(done -> {}, gone -> {});
    }

    private static <T> Uni<T> bounded(Uni<T> work, Duration allowed) {
        return work.ifNoItem()
                .after(allowed)
                .failWith(() -> new DatabaseAwayException("no answer within " + allowed.toMillis() + " ms"))
                .onFailure(failure -> !(failure instanceof DatabaseAwayException))
                .transform(failure -> FailureCause.of(failure)
                        .<Throwable>map(cause -> new DatabaseAwayException(cause, failure))
                        .orElse(failure));
    }
}
