package ai.ultrathink.understudy.journal;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the buffer between an answer and the database. */
@ConfigMapping(prefix = "understudy.journal")
interface JournalConfig {

    /** Rows that are written as soon as that many wait. */
    @WithDefault("1000")
    int buffer();

    /** Rows are written after this time even when fewer wait. */
    @WithDefault("250ms")
    Duration flushEvery();

    /** The most rows in one statement, when many wait. */
    @WithDefault("2000")
    int maxBatch();

    /** Statements under way at once. */
    @WithDefault("3")
    int inFlight();

    /** How long to wait before a batch that could not be written is tried again; doubles up to eight times this. */
    @WithDefault("500ms")
    Duration retryAfter();

    /** How long a shutdown waits for the last rows. What is left then is written after the next start. */
    @WithDefault("5s")
    Duration drainTimeout();

    /** How long a shadow's row waits for its treatment before it is written without. Above every deadline of a test. */
    @WithDefault("70s")
    Duration shadowTimeout();

    /** The size of one segment file. */
    @WithDefault("8M")
    MemorySize segmentSize();

    /** What all segment files may take together; the next observation is refused, its prediction is not. */
    @WithDefault("1G")
    MemorySize maxSize();

    /** What the journal leaves free on its file system. */
    @WithDefault("512M")
    MemorySize minFree();

    /** Entries that are kept in memory while the disk fails. */
    @WithDefault("20000")
    int memoryEntries();
}
