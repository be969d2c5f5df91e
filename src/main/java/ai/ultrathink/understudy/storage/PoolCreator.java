package ai.ultrathink.understudy.storage;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the pool so that nothing waits for a dead peer. A database host that vanishes closes no connection, and the kernel
 * would try for a quarter of an hour; here a connection that was sent something and heard nothing, or that is idle, is closed
 * and made anew.
 */
@Singleton
class PoolCreator implements PgPoolCreator {

    private final StorageConfig config;

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
        return PgBuilder.pool()
                .with(pool)
                .connectingTo(List.<SqlConnectOptions>copyOf(connections))
                .using(input.vertx())
                .build();
    }
}
