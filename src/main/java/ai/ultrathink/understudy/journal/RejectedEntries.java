package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what is not stored although its prediction was answered. */
record RejectedEntries(MeterRegistry meters) {

    /** The label of an entry whose experiment is not known. */
    static final String UNKNOWN = "unknown";

    /**
     * Counts a row that will be missing.
     *
     * @param reason one of those in docs/metrics.md
     */
    void row(String testId, String reason) {
        count(ServiceMetric.JOURNAL_REFUSED, testId, reason);
    }

    /**
     * Counts the outcome of a second model that will be missing in its row.
     *
     * @param reason one of those in docs/metrics.md
     */
    void outcome(String testId, String reason) {
        count(ServiceMetric.JOURNAL_OUTCOMES_REFUSED, testId, reason);
    }

    private void count(ServiceMetric metric, String testId, String reason) {
        metric.counter(meters, "test", testId, "reason", reason).increment();
    }
}
