package ai.ultrathink.understudy.storage.db;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings of the database's side. */
@ConfigMapping(prefix = "understudy.storage")
public interface StorageConfig {

    /** The schema that holds everything of ours (DATABASE_SCHEMA); unset it is {@code public}, see {@link SchemaInUse}. */
    Optional<String> schema();

    /** Whether the schema uses TimescaleDB where PostgreSQL has it. Asked once, when the schema is made. */
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

    /** A connection on which nothing was heard for so long is closed. Longer than any query may take. */
    @WithDefault("15s")
    Duration silenceTimeout();

    /** A replica that leads and has asked nothing for so long is held for dead, and another may lead. */
    @WithDefault("5s")
    Duration lockTimeout();

    /** How many queries may wait for a connection; the next is refused. */
    @WithDefault("256")
    int maxWaiting();

    /** How long to wait before trying again to reach a database that is away. */
    @WithDefault("1s")
    Duration retryAfter();

    /** How long results are kept (TimescaleDB has its own policy of the same length). */
    @WithDefault("90d")
    Duration retention();

    /** How often results past the retention are removed from a plain PostgreSQL. */
    @WithDefault("1h")
    Duration cleanUpEvery();
}
