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
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Creates the pool so that no query waits for a dead peer. A database host that disappears does not close its
 * connections, and the kernel would retry for a quarter of an hour. Here, a connection without a response, or an idle
 * one, is closed and replaced.
 */
@Singleton
class PoolCreator implements PgPoolCreator {

    private static final Logger LOG = Logger.getLogger(PoolCreator.class);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(2);

    private final StorageConfig config;
    private final DatabaseTls tls;
    // open connections are referenced by their event loop
    private final Set<PgConnection> made = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private volatile boolean closed;
    private volatile @Nullable Supplier<Future<PgConnection>> outside;

    PoolCreator(StorageConfig config, @ConfigProperty(name = "quarkus.datasource.reactive.url") String url) {
        this.config = config;
        this.tls = DatabaseTls.of(url);
    }

    @Override
    public Pool create(Input input) {
        int silentMillis = Math.toIntExact(config.silenceTimeout().toMillis());
        int connectMillis = Math.toIntExact(config.pollTimeout().toMillis());
        List<PgConnectOptions> connections = input.pgConnectOptionsList();
        for (PgConnectOptions connection : connections) {
            tls.applyTo(connection);
            connection.setConnectTimeout(connectMillis);
            connection.setSslHandshakeTimeout(connectMillis);
            connection.setSslHandshakeTimeoutUnit(MILLISECONDS);
            connection.setReadIdleTimeout(silentMillis);
            connection.setIdleTimeoutUnit(MILLISECONDS);
            // set when connecting, so that every connection has it; without the setting, a pooler need not allow it
            config.schema().ifPresent(schema -> connection.addProperty("search_path", new SchemaName(schema).value()));
        }
        // shorter than the silence timeout, so that no query is sent on a connection that is about to be closed
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
     * Opens a connection outside the pool, whose session ends when it is closed. Fails while there is no pool yet.
     */
    Uni<io.vertx.mutiny.pgclient.PgConnection> connect() {
        Supplier<Future<PgConnection>> connecting = outside;
        if (connecting == null) {
            return Uni.createFrom().failure(new DatabaseAwayException("there is no pool yet"));
        }
        Future<PgConnection> connection = connecting.get().onSuccess(this::remember);
        return UniHelper.toUni(connection)
                .onCancellation()
                // no caller waits for it any more
                .invoke(() -> connection.onSuccess(PgConnection::close))
                .map(io.vertx.mutiny.pgclient.PgConnection::newInstance);
    }

    private void remember(PgConnection connection) {
        made.add(connection);
        if (closed) {
            connection.close();
        }
    }

    /**
     * Waits for connections to close, because the event loops end next and would log each open connection at length.
     */
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
            // the peer does not answer; the process ends anyway
            LOG.debugf("a connection did not close: %s", e);
        }
    }
}
