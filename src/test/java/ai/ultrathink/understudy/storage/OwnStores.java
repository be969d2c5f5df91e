package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.StorageConfig;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import ai.ultrathink.understudy.storage.results.ResultStore;
import ai.ultrathink.understudy.trace.Tracing;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import org.eclipse.microprofile.config.ConfigProvider;

/** Stores over connections of the test's own, for the service may be another process. */
public final class OwnStores implements AutoCloseable {

    private final Tracing tracing = new Tracing(null, new ManualTime());
    private final Vertx vertx = Vertx.vertx();
    private final Database database;

    public OwnStores() {
        PgConnectOptions where = PgConnectOptions.fromUri(
                        ConfigProvider.getConfig().getValue("DATABASE_URL", String.class))
                .setUser(ConfigProvider.getConfig().getValue("DATABASE_USERNAME", String.class));
        StorageConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(StorageConfig.class)
                .build()
                .getConfigMapping(StorageConfig.class);
        Pool pool = Pool.newInstance(
                PgBuilder.pool().connectingTo(where).using(vertx).build());
        database = new Database(pool, config, tracing);
    }

    public ResultStore results() {
        return new ResultStore(database, tracing);
    }

    public EvidenceQueries evidence() {
        return new EvidenceQueries(database);
    }

    /** Closes the connections, too. */
    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
