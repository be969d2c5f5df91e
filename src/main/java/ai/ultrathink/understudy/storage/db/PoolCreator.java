package ai.ultrathink.understudy.storage.db;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

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
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pool so that nothing waits for a dead peer. A database host that vanishes closes no connection, and the kernel
 * would try for a quarter of an hour; here a connection that was sent something and heard nothing, or that is idle, is closed
 * and made anew.
 */
@Singleton
class PoolCreator implements PgPoolCreator {

    private static final Logger LOG = Logger.getLogger(PoolCreator.class);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(2);

    private final StorageConfig config;
    // those that are open are held by their event loop
    private final Set<PgConnection> made = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private volatile boolean closed;
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
            connection.setIdleTimeoutUnit(MILLISECONDS);
            // with the connection itself, so that none can be without; where nobody asked, a pooler need not allow it
            config.schema().ifPresent(schema -> connection.addProperty("search_path", new SchemaName(schema).value()));
        }
        // sooner than the silence closes it: a query must not be sent on a connection that is about to go
        PoolOptions pool = input.poolOptions()
                .setMaxWaitQueueSize(config.maxWaiting())
                .setIdleTimeout(silentMillis / 3)
                .setIdleTimeoutUnit(MILLISECONDS);
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
        Future<PgConnection> connection = connecting.get().onSuccess(this::remember);
        return UniHelper.toUni(connection)
                .onCancellation()
                // nobody waits for it any more
                .invoke(() -> connection.onSuccess(PgConnection::close))
                .map(io.vertx.mutiny.pgclient.PgConnection::newInstance);
    }

    private void remember(PgConnection connection) {
        made.add(connection);
        if (closed) {
            connection.close();
        }
    }

    /** Waits, since the event loops end next, and a connection that ends after them complains at length. */
    @PreDestroy
    void close() {
        closed = true;
        List<Future<Void>> ending =
                List.copyOf(made).stream().map(PgConnection::close).toList();
        try {
            Future.join(ending).toCompletionStage().toCompletableFuture().get(ENDED_WITHIN.toMillis(), MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the other side does not answer, and the process ends all the same
            LOG.debugf("a connection did not end: %s", e);
        }
    }
}
