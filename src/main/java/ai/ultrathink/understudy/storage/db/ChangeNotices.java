package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Reports that another replica has changed the catalog: PostgreSQL's LISTEN on a connection of its own, outside the
 * pool. A notice can be lost with its connection, so listeners also poll.
 */
@ApplicationScoped
public class ChangeNotices {

    private static final Logger LOG = Logger.getLogger(ChangeNotices.class);

    private final PoolCreator connections;
    private final StorageConfig config;
    private final SchemaInUse schema;
    private final Set<PgConnection> listening = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ChangeNotices(PoolCreator connections, StorageConfig config, SchemaInUse schema) {
        this.connections = connections;
        this.config = config;
        this.schema = schema;
    }

    /** Emits after every change, and once after each connection. Never ends and never fails. */
    public Multi<Long> changes() {
        return Multi.createFrom()
                .<Long>emitter(emitter -> connect()
                        .subscribe()
                        .with(connection -> listen(connection, emitter), failure -> fail(emitter, failure)))
                .onFailure()
                .invoke(failure -> LOG.debugf("no change notices for now: %s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter())
                .indefinitely();
    }

    private Uni<PgConnection> connect() {
        return connections
                .connect()
                .ifNoItem()
                .after(config.pollTimeout())
                .failWith(() -> new DatabaseAwayException("it accepts no connection"));
    }

    private void listen(PgConnection connection, MultiEmitter<? super Long> emitter) {
        listening.add(connection);
        connection.notificationHandler(notice -> emitter.emit(number(notice.getPayload())));
        connection.closeHandler(() -> {
            listening.remove(connection);
            fail(emitter, new DatabaseAwayException("it closed the connection"));
        });
        Cancellable asking = connection
                .query("listen " + schema.name().channel())
                .execute()
                .invoke(() -> emitter.emit(0L))
                .onItem()
                .transformToMulti(heard -> questions(connection))
                .subscribe()
                .with(alive -> {}, failure -> fail(emitter, failure));
        emitter.onTermination(() -> {
            asking.cancel();
            end(connection);
        });
        if (closed || emitter.isCancelled()) {
            end(connection);
        }
    }

    /** Parses a notice, which any client may have sent with any text. */
    private static long number(String payload) {
        try {
            return Long.parseLong(payload);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Reports a failure, unless the service is stopping. */
    private void fail(MultiEmitter<? super Long> emitter, Throwable failure) {
        if (!closed && !emitter.isCancelled()) {
            emitter.fail(failure);
        }
    }

    private void end(PgConnection connection) {
        listening.remove(connection);
        // the underlying connection, because there may be no context left at the end of the process
        connection.getDelegate().close();
    }

    /**
     * Sends a query at regular times. A connection that only listens does not notice that its peer is gone, and an idle
     * connection is closed.
     */
    private Multi<RowSet<Row>> questions(PgConnection connection) {
        return Multi.createFrom()
                .ticks()
                .every(config.silenceTimeout().dividedBy(3))
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(
                        tick -> connection.query("select 1").execute());
    }

    /** Closes the connection before the event loops end, which would log lost connections. */
    @PreDestroy
    void close() {
        closed = true;
        listening.forEach(this::end);
    }
}
