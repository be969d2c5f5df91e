package ai.ultrathink.understudy.journal;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the buffer between an answer and the database. */
@ConfigMapping(prefix = "understudy.journal")
interface JournalConfig {

    /** Rows are written as soon as this many wait. */
    @WithDefault("4000")
    int buffer();

    /** Rows are written after this time even if fewer wait. */
    @WithDefault("250ms")
    Duration flushEvery();

    /** Maximum number of rows in one statement. */
    @WithDefault("4000")
    int maxBatch();

    /** Number of concurrent statements. */
    @WithDefault("3")
    int inFlight();

    /** How long to wait before a failed batch is retried; doubles up to eight times this. */
    @WithDefault("500ms")
    Duration retryAfter();

    /** How long a shutdown waits for the last rows. The rest is written after the next start. */
    @WithDefault("5s")
    Duration drainTimeout();

    /** How long the row of a shadow waits for treatment before it is written without it. Longer than every deadline. */
    @WithDefault("70s")
    Duration shadowTimeout();

    /** The size of one segment file. */
    @WithDefault("8M")
    MemorySize segmentSize();

    /** Limit on all segment files together; beyond it observations are rejected, but predictions are answered. */
    @WithDefault("1G")
    MemorySize maxSize();

    /** Space that the journal leaves free on its file system. */
    @WithDefault("512M")
    MemorySize minFree();

    /** Maximum number of entries in memory while the disk fails. */
    @WithDefault("20000")
    int memoryEntries();
}
