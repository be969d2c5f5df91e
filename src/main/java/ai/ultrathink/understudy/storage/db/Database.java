package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every access to the pool goes through here: bounded in time, and with one exception for whatever the database itself is the
 * reason of. What the work throws, or asks for wrongly, stays what it is.
 *
 * <p>What serves a caller is refused at once while the database is known to be away. What follows the database (polls, the
 * journal, migrations) tries all the same, and a poll that fails or succeeds is what is known.
 */
@ApplicationScoped
public class Database {

    private final Pool pool;
    private final Duration timeout;
    private final Duration pollTimeout;
    private final RepeatedWarnings complaints = new RepeatedWarnings();
    private volatile @Nullable DatabaseAwayException away;
    private volatile @Nullable FailureCause withheld;

    public Database(Pool pool, StorageConfig config) {
        this.pool = pool;
        this.timeout = config.queryTimeout();
        this.pollTimeout = config.pollTimeout();
    }

    /** For a caller who waits. */
    public <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return unlessAway(attempt(work));
    }

    /** For a caller who waits: all of the work or none of it. */
    public <T> Uni<T> withTransaction(Function<SqlConnection, Uni<T>> work) {
        return unlessAway(attemptTransaction(work));
    }

    /** Tries even while the database is known to be away. */
    public <T> Uni<T> attempt(Function<SqlConnection, Uni<T>> work) {
        return unlessWithheld(bounded(leased(work), timeout));
    }

    /** Tries even while the database is known to be away: all of the work or none of it. */
    public <T> Uni<T> attemptTransaction(Function<SqlConnection, Uni<T>> work) {
        return attempt(connection -> connection
                .begin()
                .chain(transaction -> work.apply(connection)
                        .call(transaction::commit)
                        .onFailure()
                        .call(failure -> transaction.rollback().onFailure().recoverWithNull())));
    }

    /** A short question whose answer, or the want of one, tells whether the database is away. */
    public <T> Uni<T> poll(Function<SqlConnection, Uni<T>> question) {
        return bounded(leased(question), pollTimeout)
                .invoke(this::heard)
                .onFailure(DatabaseAwayException.class)
                .invoke(problem -> lost(problem));
    }

    /** Whether the last poll got no answer; the log has it then. */
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
     * Refuses everything but polls until {@link #open}: what is there may be somebody else's.
     *
     * @param why a sentence for whoever asks
     */
    void withhold(FailureCause why) {
        withheld = why;
    }

    /** What is there is ours. */
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

    /** The connection goes back however the work ends, also when it comes after its caller has given up. */
    private <T> Uni<T> leased(Function<SqlConnection, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Uni<SqlConnection> lease = pool.getConnection().memoize().indefinitely();
            AtomicBoolean ended = new AtomicBoolean();
            return lease.chain(work::apply).onTermination().invoke(() -> {
                // the item and the timeout's cancellation may both end it, and closed twice is closed for the next user
                if (ended.compareAndSet(false, true)) {
                    lease.subscribe().with(Database::giveBack, unavailable -> {});
                }
            });
        });
    }

    /** An open transaction is rolled back by it. */
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
