package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;

/** Every access to the pool goes through here: bounded in time, and with one exception for "the database is away". */
@ApplicationScoped
class Database {

    private final Pool pool;
    private final Duration timeout;

    Database(Pool pool, StorageConfig config) {
        this.pool = pool;
        this.timeout = config.queryTimeout();
    }

    <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return bounded(pool.withConnection(work));
    }

    <T> Uni<T> withTransaction(Function<SqlConnection, Uni<T>> work) {
        return bounded(pool.withTransaction(work));
    }

    private <T> Uni<T> bounded(Uni<T> work) {
        return work.ifNoItem()
                .after(timeout)
                .failWith(() -> new DatabaseAwayException("no answer within " + timeout.toMillis() + " ms"))
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
        return true;
    }
}
