package ai.ultrathink.understudy.journal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the buffer between an answer and the database. */
@ConfigMapping(prefix = "understudy.journal")
interface JournalConfig {

    /** Observations that may wait for the database; the next is refused and counted. */
    @WithDefault("100000")
    int capacity();

    /** Observations that are written as soon as that many wait. */
    @WithDefault("100")
    int buffer();

    /** Observations are written after this time even when fewer wait. */
    @WithDefault("250ms")
    Duration flushEvery();

    /** The most observations in one statement, when many wait. */
    @WithDefault("2000")
    int maxBatch();

    /** How long to wait before a batch that could not be written is tried again. */
    @WithDefault("500ms")
    Duration retryAfter();

    /** How long a shutdown waits for the last observations. */
    @WithDefault("10s")
    Duration drainTimeout();
}
