package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one replica on a schema holds at a time: PostgreSQL's session advisory lock, on a connection of its own.
 * The lock lasts as long as the session. The session of a killed process ends with its connection. The server ends the
 * session of a hanging or disconnected process after an idle timeout, so the holder must keep sending queries.
 *
 * <p>As with notices, a pooler between the service and the database must keep sessions, not assign connections by
 * transaction.
 */
@ApplicationScoped
public class AdvisoryLock {

    private static final Logger LOG = Logger.getLogger(AdvisoryLock.class);

    private final PoolCreator connections;
    private final StorageConfig config;
    private final SchemaInUse schema;
    private final AtomicReference<@Nullable PgConnection> holder = new AtomicReference<>();
    private volatile @Nullable PgConnection session;
    private volatile boolean closed;

    AdvisoryLock(PoolCreator connections, StorageConfig config, SchemaInUse schema) {
        this.connections = connections;
        this.config = config;
        this.schema = schema;
    }

    /** Takes the lock if it is free. Returns whether this process holds it. Never fails; no concurrent calls. */
    public Uni<Boolean> take() {
        PgConnection present = session;
        return (present == null ? open() : Uni.createFrom().item(present))
                .chain(connection -> connection.equals(holder.get()) ? alive(connection) : tried(connection))
                .ifNoItem()
                .after(config.pollTimeout())
                .failWith(() -> new DatabaseAwayException("the lock's session does not answer"))
                .onFailure()
                .recoverWithItem(this::lost);
    }

    /** Whether this process holds the lock now, which it does if its session answers. Never fails. */
    public Uni<Boolean> stillHeld() {
        PgConnection present = holder.get();
        if (present == null) {
            return Uni.createFrom().item(false);
        }
        return alive(present)
                .map(answered -> present.equals(holder.get()))
                .ifNoItem()
                .after(config.pollTimeout())
                .recoverWithItem(false)
                .onFailure()
                .recoverWithItem(false);
    }

    private Uni<PgConnection> open() {
        return connections.connect().chain(connection -> {
            if (closed) {
                return connection
                        .close()
                        .chain(() -> Uni.createFrom()
                                .<PgConnection>failure(new DatabaseAwayException("the service is stopping")));
            }
            session = connection;
            connection.closeHandler(() -> gone(connection));
            // the server reports the idle timeout here; there is nothing to do
            connection.exceptionHandler(ended -> LOG.debugf("the lock's session ended: %s", ended.getMessage()));
            return connection
                    .preparedQuery("select set_config('idle_session_timeout', $1, false)")
                    .execute(Tuple.of(config.lockTimeout().toMillis() + "ms"))
                    .replaceWith(connection);
        });
    }

    private Uni<Boolean> tried(PgConnection connection) {
        return connection
                .preparedQuery("select pg_try_advisory_lock($1) as held")
                .execute(Tuple.of(schema.name().lock()))
                .map(rows -> rows.iterator().next().getBoolean("held"))
                .invoke(held -> holder.set(held ? connection : null));
    }

    private static Uni<Boolean> alive(PgConnection connection) {
        return connection.query("select 1").execute().replaceWith(true);
    }

    /** Ends the session when the lock is given up, so that no unused session keeps the lock. */
    private boolean lost(Throwable failure) {
        LOG.debugf("the lock is not held: %s", failure.getMessage());
        PgConnection present = session;
        if (present != null) {
            gone(present);
            present.close().subscribe().with(ended -> {}, unreachable -> {});
        }
        return false;
    }

    private void gone(PgConnection connection) {
        holder.compareAndSet(connection, null);
        if (connection.equals(session)) {
            session = null;
        }
    }

    /** Releases the lock, so that another replica need not wait. */
    @PreDestroy
    void close() {
        closed = true;
        lost(new DatabaseAwayException("the service is stopping"));
    }
}
