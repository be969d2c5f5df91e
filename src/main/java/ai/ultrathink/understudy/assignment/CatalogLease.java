package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;
import java.util.Optional;

/**
 * Closes when the database has been silent for so long that another replica may have changed or disabled any test without this
 * one knowing. An answer is as old as its question.
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

    /** Whether no treatment may be used. Not before the database was heard for the first time: there are no experiments then. */
    boolean closed() {
        return heardOnce && silentNanos() > closesAfter.toNanos();
    }

    /**
     * The database answered.
     *
     * @param askedNanos when it was asked, on the ticker's clock
     * @return how long it had been silent, if that had closed the fence and this opens it
     */
    synchronized Optional<Duration> heard(long askedNanos) {
        Optional<Duration> silence = closed() ? Optional.of(Duration.ofNanos(silentNanos())) : Optional.empty();
        if (!heardOnce || askedNanos - heardNanos > 0) {
            heardNanos = askedNanos;
            heardOnce = true;
        }
        return closed() ? Optional.empty() : silence;
    }

    /** Seconds since the database was last heard; NaN before the first time. */
    double ageSeconds() {
        return heardOnce ? silentNanos() / 1e9 : Double.NaN;
    }

    private long silentNanos() {
        return time.nanoTime() - heardNanos;
    }
}
