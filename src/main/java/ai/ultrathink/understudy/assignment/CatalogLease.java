package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;
import java.util.Optional;

/**
 * The catalog lease: it runs out when the database has been silent for a time in which another replica may have changed or
 * disabled any experiment unnoticed. An answer counts from the time of its query.
 */
final class CatalogLease {

    private final Duration closesAfter;
    private final TimeSource time;
    private volatile boolean heardOnce;
    private volatile long heardNanos;

    CatalogLease(Duration closesAfter, TimeSource time) {
        this.closesAfter = closesAfter;
        this.time = time;
    }

    /**
     * Whether the lease has run out, so that no treatment may be used. Before the first answer there are no
     * experiments.
     */
    boolean closed() {
        return heardOnce && silentNanos() > closesAfter.toNanos();
    }

    /**
     * The database answered.
     *
     * @param askedNanos when the query was sent, on the ticker's clock
     * @return how long it had been silent, if the lease had run out and is renewed by this
     */
    synchronized Optional<Duration> heard(long askedNanos) {
        Optional<Duration> silence = closed() ? Optional.of(Duration.ofNanos(silentNanos())) : Optional.empty();
        if (!heardOnce || askedNanos - heardNanos > 0) {
            heardNanos = askedNanos;
            heardOnce = true;
        }
        return closed() ? Optional.empty() : silence;
    }

    /** Seconds since the last answer of the database; NaN before the first. */
    double ageSeconds() {
        return heardOnce ? silentNanos() / 1e9 : Double.NaN;
    }

    private long silentNanos() {
        return time.nanoTime() - heardNanos;
    }
}
