package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TimescaleMigrationTest runs the same query on TimescaleDB. */
class RetentionPolicyTest {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Duration QUARTER = Duration.ofDays(90);

    @TempDir
    Path directory;

    @Test
    void the_policy_is_found_where_there_is_one_and_only_the_one_of_our_schema() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            String plain = postgres.newDatabase();
            String timescale = postgres.newDatabase();
            try (Connection connection = LocalPostgres.connect(timescale);
                    Statement statement = connection.createStatement()) {
                statement.execute("""
                        create schema timescaledb_information;
                        create table timescaledb_information.jobs
                            (proc_name name, hypertable_schema name, hypertable_name name, config jsonb);
                        insert into timescaledb_information.jobs values
                            ('policy_compression', 'public', 'ab_test_results', '{"compress_after": "7 days"}'),
                            ('policy_retention', 'another', 'ab_test_results', '{"drop_after": "5 days"}'),
                            ('policy_retention', 'public', 'another', '{"drop_after": "6 days"}'),
                            ('policy_retention', 'public', 'ab_test_results', '{"drop_after": "90 days"}')""");
            }

            assertEquals(Optional.empty(), length(plain));
            assertEquals(Optional.of(QUARTER), length(timescale));
        }
    }

    @Test
    void only_a_setting_that_differs_from_the_policy_is_warned_about() {
        assertEquals(Optional.empty(), RetentionPolicy.warning(QUARTER, Optional.empty()));
        assertEquals(Optional.empty(), RetentionPolicy.warning(QUARTER, Optional.of(QUARTER)));

        String warning = RetentionPolicy.warning(Duration.ofHours(36), Optional.of(QUARTER))
                .orElseThrow();

        assertTrue(warning.contains("understudy.storage.retention is 36 hours and has no effect"), warning);
        assertTrue(warning.contains("for 90 days"), warning);
    }

    private static Optional<Duration> length(String database) {
        Vertx vertx = Vertx.vertx();
        Pool pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromUri(database).setUser("postgres"))
                .using(vertx)
                .build());
        try {
            return pool.withConnection(RetentionPolicy::length).await().atMost(WITHIN);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
