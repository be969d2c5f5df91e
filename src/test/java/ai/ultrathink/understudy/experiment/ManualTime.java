package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so. */
public final class ManualTime implements TimeSource {

    public static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    // just before the overflow, which a clock of nanoseconds may pass at any time
    private static final long FIRST = Long.MAX_VALUE - 1_000_000;

    private final AtomicLong nanos = new AtomicLong(FIRST);

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public Instant now() {
        return START.plusNanos(nanos.get() - FIRST);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }
}
