package ai.ultrathink.understudy.journal;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;

/** Settings for tests: small batches, short waits, and no tick within a test's time unless a test wants it. */
record QuickJournal(Duration flushEvery, int inFlight) implements JournalConfig {

    static final int BUFFER = 5;
    static final int MAX_BATCH = 8;
    static final Duration NEVER = Duration.ofHours(1);

    @Override
    public int buffer() {
        return BUFFER;
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    @Override
    public Duration retryAfter() {
        return Duration.ofMillis(2);
    }

    @Override
    public Duration drainTimeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration shadowTimeout() {
        return Duration.ofSeconds(70);
    }

    @Override
    public MemorySize segmentSize() {
        return new MemorySize(BigInteger.valueOf(4_096));
    }

    @Override
    public MemorySize maxSize() {
        return new MemorySize(BigInteger.valueOf(1 << 20));
    }

    @Override
    public MemorySize minFree() {
        return new MemorySize(BigInteger.ZERO);
    }

    @Override
    public int memoryEntries() {
        return 1_000;
    }
}
