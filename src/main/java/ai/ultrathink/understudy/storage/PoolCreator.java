package ai.ultrathink.understudy.storage;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pool so that nothing waits for a dead peer. A database host that vanishes closes no connection, and the kernel
 * would try for a quarter of an hour; here a connection that was sent something and heard nothing, or that is idle, is closed
 * and made anew.
 */
@Singleton
class PoolCreator implements PgPoolCreator {

    private final StorageConfig config;
    private volatile @Nullable Supplier<Future<PgConnection>> outside;

    PoolCreator(StorageConfig config) {
        this.config = config;
    }

    @Override
    public Pool create(Input input) {
        int silentMillis = Math.toIntExact(config.silenceTimeout().toMillis());
        int connectMillis = Math.toIntExact(config.pollTimeout().toMillis());
        List<PgConnectOptions> connections = input.pgConnectOptionsList();
        for (PgConnectOptions connection : connections) {
            connection.setConnectTimeout(connectMillis);
            connection.setReadIdleTimeout(silentMillis);
            connection.setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        }
        // sooner than the silence closes it: a query must not be sent on a connection that is about to go
        PoolOptions pool = input.poolOptions()
                .setMaxWaitQueueSize(config.maxWaiting())
                .setIdleTimeout(silentMillis / 3)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        PgConnectOptions first = new PgConnectOptions(connections.getFirst());
        outside = () -> PgConnection.connect(input.vertx(), first);
        return PgBuilder.pool()
                .with(pool)
                .connectingTo(List.<SqlConnectOptions>copyOf(connections))
                .using(input.vertx())
                .build();
    }

    /**
     * A connection of its own, outside the pool, for whoever needs its session to end when it is closed. Fails while there is no
     * pool yet.
     */
    Uni<io.vertx.mutiny.pgclient.PgConnection> connect() {
        Supplier<Future<PgConnection>> connecting = outside;
        if (connecting == null) {
            return Uni.createFrom().failure(new DatabaseAwayException("there is no pool yet"));
        }
        Future<PgConnection> made = connecting.get();
        return UniHelper.toUni(made)
                .onCancellation()
                // nobody waits for it any more
                .invoke(() -> made.onSuccess(PgConnection::close))
                .map(io.vertx.mutiny.pgclient.PgConnection::newInstance);
    }
}
