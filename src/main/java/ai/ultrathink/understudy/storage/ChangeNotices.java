package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
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
                .<Long>emitter(emitter -> connect()
                        .subscribe()
                        .with(
                                connection -> {
                                    emitter.onTermination(
                                            () -> connection.close().subscribe().with(closed -> {}, failure -> {}));
                                    connection.notificationHandler(
                                            notice -> emitter.emit(Long.valueOf(notice.getPayload())));
                                    connection.closeHandler(() -> emitter.fail(new DatabaseAwayException("closed")));
                                    emitter.emit(0L);
                                },
                                emitter::fail))
                .onFailure()
                .invoke(failure -> LOG.debugf("no change notices for now: %s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter())
                .indefinitely();
    }

    private Uni<PgConnection> connect() {
        return pool.getConnection()
                .map(connection -> PgConnection.newInstance((io.vertx.pgclient.PgConnection) connection.getDelegate()))
                .call(connection -> connection.query("listen ab_test_changes").execute());
    }
}
