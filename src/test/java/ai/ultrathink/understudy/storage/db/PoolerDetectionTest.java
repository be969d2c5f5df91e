package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL itself, and something in between that behaves as PgBouncer does; docs/database.md says what was tried with that. */
class PoolerDetectionTest {

    private final Vertx vertx = Vertx.vertx();
    private final StorageConfig config = new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(StorageConfig.class)
            .build()
            .getConfigMapping(StorageConfig.class);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void postgresql_itself_is_none(@TempDir Path directory) throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            int port = Integer.parseInt(postgres.newDatabase().replaceAll("^.*:(\\d+)/.*$", "$1"));

            assertEquals(Optional.empty(), check(port));
        }
    }

    @Test
    void one_that_keeps_a_session_to_its_process_is_let_be() throws IOException {
        try (FakePooler pooler = FakePooler.bySession()) {
            assertEquals(Optional.empty(), check(pooler.port()));
        }
    }

    @Test
    void one_that_serves_two_sessions_by_the_same_process_is_refused() throws IOException {
        try (FakePooler pooler = FakePooler.byTransaction(1)) {
            assertEquals(Optional.of(new FailureCause(true, PoolerDetection.BY_TRANSACTION)), check(pooler.port()));
        }
    }

    @Test
    void one_that_moves_a_session_from_process_to_process_is_refused() throws IOException {
        try (FakePooler pooler = FakePooler.byTransaction(3)) {
            assertEquals(Optional.of(new FailureCause(true, PoolerDetection.BY_TRANSACTION)), check(pooler.port()));
        }
    }

    private Optional<FailureCause> check(int port) {
        PoolCreator connections = new PoolCreator(config, "postgresql://localhost/db");
        connections.create(new PgPoolCreator.Input() {
            @Override
            public Vertx vertx() {
                return vertx;
            }

            @Override
            public PoolOptions poolOptions() {
                return new PoolOptions();
            }

            @Override
            public List<PgConnectOptions> pgConnectOptionsList() {
                return List.of(new PgConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setUser("postgres")
                        .setDatabase("postgres"));
            }
        });
        try {
            return new PoolerDetection(connections, config).check().await().indefinitely();
        } finally {
            connections.close();
        }
    }
}
