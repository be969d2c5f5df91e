package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts entries that are not stored although their predictions were answered. */
record RejectedEntries(MeterRegistry meters) {

    /** Label for entries whose experiment is unknown. */
    static final String UNKNOWN = "unknown";

    /**
     * Counts one entry.
     *
     * @param reason one of those in docs/metrics.md
     */
    void count(String testId, String reason) {
        ServiceMetric.JOURNAL_REFUSED
                .counter(meters, "test", testId, "reason", reason)
                .increment();
    }
}
