package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Detects a pooler between the service and PostgreSQL that assigns connections by transaction, as PgBouncer may.
 * Prepared statements, notices, the search path and the leader's lock would then be shared with other sessions, and
 * only half of the service would work.
 */
@ApplicationScoped
class PoolerDetection {

    static final String BY_TRANSACTION = "DATABASE_URL: got a pooler that assigns connections by transaction; allowed:"
            + " PostgreSQL itself, or a pooler that keeps a session to its connection (PgBouncer's pool_mode = session)";

    private final PoolCreator connections;
    private final StorageConfig config;

    PoolerDetection(PoolCreator connections, StorageConfig config) {
        this.connections = connections;
        this.config = config;
    }

    static String refused(String message) {
        return "DATABASE_URL: a pooler in between rejects a connection (" + message
                + "); for PgBouncer in session mode set"
                + " ignore_startup_parameters = extra_float_digits, search_path";
    }

    /** The problem with the connection to the database, if any. */
    Uni<Optional<FailureCause>> check() {
        return connections
                .connect()
                .chain(one -> backend(one)
                        // the server itself sends each connection the id of its process; a pooler sends another number
                        .chain(process -> process == one.getDelegate().processId()
                                ? Uni.createFrom().item(false)
                                : moves(one, process))
                        .onTermination()
                        .invoke(() -> end(one)))
                .ifNoItem()
                .after(config.pollTimeout().multipliedBy(2))
                .failWith(() -> new DatabaseAwayException("the connection to it cannot be checked"))
                .map(byTransaction ->
                        byTransaction ? Optional.of(new FailureCause(true, BY_TRANSACTION)) : Optional.empty());
    }

    /** Whether a session moves to another process while a second one is in a transaction, or both share one. */
    private Uni<Boolean> moves(PgConnection one, int process) {
        return connections
                .connect()
                .chain(two -> two.begin()
                        .chain(() -> backend(two))
                        .chain(other -> other == process ? Uni.createFrom().item(true) : isElsewhere(one, process))
                        .onTermination()
                        .invoke(() -> end(two)));
    }

    private Uni<Boolean> isElsewhere(PgConnection one, int process) {
        return backend(one)
                .map(now -> now != process)
                .ifNoItem()
                .after(config.pollTimeout())
                .fail()
                // it waits for the other transaction to end
                .onFailure(TimeoutException.class)
                .recoverWithItem(true);
    }

    private static Uni<Integer> backend(PgConnection connection) {
        return connection
                .query("select pg_backend_pid() as process")
                .execute()
                .map(rows -> rows.iterator().next().getInteger("process"));
    }

    private static void end(PgConnection connection) {
        connection.getDelegate().close();
    }
}
