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
 * A lock that one of the replicas on a schema holds at a time: PostgreSQL's session advisory lock, on a connection of its own. The lock lasts as
 * long as the session. That of a process that was killed ends with its connection; that of one that hangs or was cut off is
 * ended by the server when nothing was asked in it for a while, so whoever holds the lock must go on asking.
 *
 * <p>As with notices, what stands between the service and the database must keep a session to its connection: no pooler that
 * hands out connections by transaction.
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

    /** Takes the lock if nobody holds it. Whether it is held by this process then. Never fails; not to be called twice at a time. */
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

    /** Whether the lock is held at this moment: its session answers. Never fails. */
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
                        .chain(() ->
                                Uni.createFrom().<PgConnection>failure(new DatabaseAwayException("the service ends")));
            }
            session = connection;
            connection.closeHandler(() -> gone(connection));
            // whoever hung for a while is told so, and has nothing to do about it
            connection.exceptionHandler(told -> LOG.debugf("the lock's session ends: %s", told.getMessage()));
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

    /** The session must end with the belief in it: a lock that is held and not known to be would be nobody's. */
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

    /** Another replica need not wait for the lock. */
    @PreDestroy
    void close() {
        closed = true;
        lost(new DatabaseAwayException("the service ends"));
    }
}
