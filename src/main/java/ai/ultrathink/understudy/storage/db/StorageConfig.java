package ai.ultrathink.understudy.storage.db;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings of the database access. */
@ConfigMapping(prefix = "understudy.storage")
public interface StorageConfig {

    /** The service's schema (DATABASE_SCHEMA); by default {@code public}, see {@link SchemaInUse}. */
    Optional<String> schema();

    /** Whether the schema uses TimescaleDB if PostgreSQL has it. Determined once, when the schema is created. */
    @WithDefault("auto")
    Timescale timescale();

    /** See {@link #timescale}. */
    enum Timescale {
        AUTO,
        NEVER
    }

    /** How long a management call or a query may wait for the database. */
    @WithDefault("5s")
    Duration queryTimeout();

    /** How long the database may take to answer a poll, or to accept a connection, before it counts as away. */
    @WithDefault("2s")
    Duration pollTimeout();

    /** A connection without a response for this long is closed. Longer than any query may take. */
    @WithDefault("15s")
    Duration silenceTimeout();

    /** A leader that is silent this long is presumed dead, and another replica may lead. */
    @WithDefault("5s")
    Duration lockTimeout();

    /** Number of queries that may wait for a connection; more are rejected. */
    @WithDefault("256")
    int maxWaiting();

    /** Time between attempts to reach a database that is away. */
    @WithDefault("1s")
    Duration retryAfter();

    /** How long results are kept on plain PostgreSQL. TimescaleDB has a policy of its own; see {@link RetentionPolicy}. */
    @WithDefault("90d")
    Duration retention();

    /** How often results past the retention are removed from a plain PostgreSQL. */
    @WithDefault("1h")
    Duration cleanUpEvery();
}
