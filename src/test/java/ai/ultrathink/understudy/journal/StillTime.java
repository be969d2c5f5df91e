package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so, by a clock that can be broken. */
final class StillTime implements TimeSource {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean broken = new AtomicBoolean();

    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /** The next time somebody asks it fails. */
    void breakOnce() {
        broken.set(true);
    }

    boolean isBroken() {
        return broken.get();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public long nanoTime() {
        if (broken.getAndSet(false)) {
            throw new IllegalStateException("broken clock");
        }
        return nanos.get();
    }
}
