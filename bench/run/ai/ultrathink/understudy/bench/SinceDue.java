package ai.ultrathink.understudy.bench;

import org.HdrHistogram.Histogram;

/**
 * How long after they were due requests were answered, or sent. A latency counts from the time at which its request was due, which is
 * the method of wrk2: where a stalled server keeps requests from being sent, their latencies include that wait.
 */
final class SinceDue {

    private static final long LONGEST_NANOS = 3_600_000_000_000L;
    /** Digits that are exact: a value is off by a thousandth at the most. */
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(LONGEST_NANOS, DIGITS);

    /** @param dueNanos and the other time as System.nanoTime() counts */
    void add(long dueNanos, long happenedNanos) {
        histogram.recordValue(Math.clamp(happenedNanos - dueNanos, 0, LONGEST_NANOS));
    }

    long count() {
        return histogram.getTotalCount();
    }

    /**
     * In milliseconds; NaN without a request.
     *
     * @param percent of the requests that took no longer, such as 99.9
     */
    double millis(double percent) {
        return count() == 0 ? Double.NaN : histogram.getValueAtPercentile(percent) / 1e6;
    }

    /** How many took at least as long, up to the exactness of the histogram. */
    long atLeast(double millis) {
        return histogram.getCountBetweenValues(Math.round(millis * 1e6), LONGEST_NANOS);
    }
}
