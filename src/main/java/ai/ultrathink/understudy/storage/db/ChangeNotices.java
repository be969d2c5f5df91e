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
 * Says when another replica has changed the catalog: PostgreSQL's LISTEN on a connection of its own, outside the pool, whose
 * session ends with it. A notice can be lost with its connection, so whoever listens also polls.
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

    /** Emits after every change, and once whenever the connection has been (re)made. Never ends and never fails. */
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

    /** Anybody may send a notice, with anything in it. */
    private static long number(String payload) {
        try {
            return Long.parseLong(payload);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What ends with the service is no failure, and nobody is left to hear of it. */
    private void fail(MultiEmitter<? super Long> emitter, Throwable failure) {
        if (!closed && !emitter.isCancelled()) {
            emitter.fail(failure);
        }
    }

    private void end(PgConnection connection) {
        listening.remove(connection);
        // the bare one: at the end of the process there is nothing left that could carry a context along
        connection.getDelegate().close();
    }

    /**
     * A connection that only listens does not notice that its peer is gone, and one on which nothing is heard is closed. So it
     * is asked something now and then.
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

    /** Before the event loops end, which would tell of connections that are lost. */
    @PreDestroy
    void close() {
        closed = true;
        listening.forEach(this::end);
    }
}
