package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Says when another replica has changed the catalog: PostgreSQL's LISTEN on a connection of its own. A notice can be lost
 * with its connection, so whoever listens also polls.
 */
@ApplicationScoped
public class ChangeNotices {

    private static final Logger LOG = Logger.getLogger(ChangeNotices.class);

    private final Pool pool;
    private final StorageConfig config;

    ChangeNotices(Pool pool, StorageConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /** Emits after every change, and once whenever the connection has been (re)made. Never ends and never fails. */
    public Multi<Long> changes() {
        return Multi.createFrom()
                .<Long>emitter(
                        emitter -> connect().subscribe().with(connection -> listen(connection, emitter), emitter::fail))
                .onFailure()
                .invoke(failure -> LOG.debugf("no change notices for now: %s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter())
                .indefinitely();
    }

    private Uni<PgConnection> connect() {
        return pool.getConnection()
                .map(connection -> PgConnection.newInstance((io.vertx.pgclient.PgConnection) connection.getDelegate()));
    }

    private void listen(PgConnection connection, MultiEmitter<? super Long> emitter) {
        Cancellable asking = connection
                .query("listen ab_test_changes")
                .execute()
                .invoke(() -> emitter.emit(0L))
                .onItem()
                .transformToMulti(listening -> questions(connection))
                .subscribe()
                .with(alive -> {}, emitter::fail);
        connection.notificationHandler(notice -> emitter.emit(Long.valueOf(notice.getPayload())));
        connection.closeHandler(() -> emitter.fail(new DatabaseAwayException("closed")));
        emitter.onTermination(() -> {
            asking.cancel();
            connection.close().subscribe().with(closed -> {}, gone -> {});
        });
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
}
