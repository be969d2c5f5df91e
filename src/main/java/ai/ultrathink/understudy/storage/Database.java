package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Every access to the pool goes through here: bounded in time, and with one exception for "the database is away".
 *
 * <p>What serves a caller is refused at once while the database is known to be away. What follows the database (polls, the
 * journal, migrations) tries all the same, and a poll that fails or succeeds is what is known.
 */
@ApplicationScoped
class Database {

    private final Pool pool;
    private final Duration timeout;
    private final Duration pollTimeout;
    private volatile boolean away;

    Database(Pool pool, StorageConfig config) {
        this.pool = pool;
        this.timeout = config.queryTimeout();
        this.pollTimeout = config.pollTimeout();
    }

    /** For a caller who waits. */
    <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return unlessAway(attempt(work));
    }

    /** For a caller who waits: all of the work or none of it. */
    <T> Uni<T> withTransaction(Function<SqlConnection, Uni<T>> work) {
        return unlessAway(attemptTransaction(work));
    }

    /** Tries even while the database is known to be away. */
    <T> Uni<T> attempt(Function<SqlConnection, Uni<T>> work) {
        return bounded(leased(work), timeout);
    }

    /** Tries even while the database is known to be away: all of the work or none of it. */
    <T> Uni<T> attemptTransaction(Function<SqlConnection, Uni<T>> work) {
        return attempt(connection -> connection
                .begin()
                .chain(transaction -> work.apply(connection)
                        .call(transaction::commit)
                        .onFailure()
                        .call(failure -> transaction.rollback().onFailure().recoverWithNull())));
    }

    /** A short question whose answer, or the want of one, tells whether the database is away. */
    <T> Uni<T> poll(Function<SqlConnection, Uni<T>> question) {
        return bounded(leased(question), pollTimeout)
                .invoke(() -> away = false)
                .onFailure(DatabaseAwayException.class)
                .invoke(() -> away = true);
    }

    private <T> Uni<T> unlessAway(Uni<T> work) {
        return Uni.createFrom()
                .deferred(() -> away
                        ? Uni.createFrom()
                                .failure(new DatabaseAwayException(
                                        "its last poll got no answer; it is polled again soon"))
                        : work);
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
                .onFailure(failure -> !(failure instanceof DatabaseAwayException) && away(failure))
                .transform(failure -> new DatabaseAwayException(String.valueOf(failure.getMessage()), failure));
    }

    /** A statement that the server refused is our mistake; everything else means that there is no server to ask. */
    private static boolean away(Throwable failure) {
        if (failure instanceof PgException refused) {
            String state = String.valueOf(refused.getSqlState());
            // 08 connection, 53 out of resources, 57 shutting down or not yet up, 42P01 not migrated yet
            return state.startsWith("08")
                    || state.startsWith("53")
                    || state.startsWith("57")
                    || state.equals("42P01")
                    || state.equals("25006");
        }
        // thrown by the work itself
        return !(failure instanceof InvalidValueException);
    }
}
