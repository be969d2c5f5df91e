package ai.ultrathink.understudy.stats;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts in buckets whose bounds grow geometrically, so that every quantile is off by at most 1% of its value and two
 * histograms merge by adding counts.
 *
 * <p>Bucket i holds (γ^(i−1), γ^i] milliseconds with γ = 1.01 / 0.99; its value is 2γ^i / (γ + 1). This is the
 * logarithmic mapping of DDSketch (Masson, Rim, Lee 2019, arXiv 1908.10693), and the one that the database counts with.
 * The first and the last bucket also hold all values beyond them.
 */
public final class LogHistogram {

    /** The bucket of 1 microsecond and everything below. */
    public static final int FIRST_BUCKET = -346;

    /** The bucket of 1e9 milliseconds and everything above. */
    public static final int LAST_BUCKET = 1037;

    /** The empty histogram. */
    public static final LogHistogram NONE = new LogHistogram(new TreeMap<>());

    private static final double GAMMA = 1.01 / 0.99;

    private final SortedMap<Integer, Long> counts;
    private final long total;

    private LogHistogram(SortedMap<Integer, Long> counts) {
        this.counts = counts;
        this.total = counts.values().stream().mapToLong(count -> count).reduce(0, Math::addExact);
    }

    /**
     * A histogram with these counts by bucket.
     *
     * @throws IllegalArgumentException if a count is negative or a bucket is out of range
     */
    public static LogHistogram of(Map<Integer, Long> counts) {
        SortedMap<Integer, Long> kept = new TreeMap<>();
        counts.forEach((bucket, count) -> {
            if (bucket < FIRST_BUCKET || bucket > LAST_BUCKET) {
                throw new IllegalArgumentException(
                        "bucket: got " + bucket + "; allowed: " + FIRST_BUCKET + " to " + LAST_BUCKET);
            }
            if (Arguments.count("count", count) > 0) {
                kept.put(bucket, count);
            }
        });
        return new LogHistogram(kept);
    }

    /** The sum of both histograms. */
    public LogHistogram plus(LogHistogram other) {
        SortedMap<Integer, Long> sum = new TreeMap<>(counts);
        other.counts.forEach((bucket, count) -> sum.merge(bucket, count, Math::addExact));
        return new LogHistogram(sum);
    }

    /** The number of values. */
    public long total() {
        return total;
    }

    /** The counts above 0 by bucket, ascending; cannot be changed. */
    public SortedMap<Integer, Long> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    /**
     * A quantile: the value of the smallest bucket with at least {@code q × total} values in it and below it.
     *
     * @param q 0 to 1
     * @return milliseconds, within 1% of the exact quantile; NaN without values
     */
    public double quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("q: got " + q + "; allowed: 0 to 1");
        }
        double rank = q * total;
        long seen = 0;
        for (var entry : counts.entrySet()) {
            seen += entry.getValue();
            if (seen >= rank) {
                return value(entry.getKey());
            }
        }
        return Double.NaN;
    }

    /** The value of a bucket, in milliseconds. */
    public static double value(int bucket) {
        return 2 * Math.pow(GAMMA, bucket) / (GAMMA + 1);
    }

    /** The lower bound of a bucket, in milliseconds. */
    static double low(int bucket) {
        return bucket <= FIRST_BUCKET ? 0 : Math.pow(GAMMA, bucket - 1);
    }

    /** The upper bound of a bucket, in milliseconds; +∞ for the last. */
    static double high(int bucket) {
        return bucket >= LAST_BUCKET ? Double.POSITIVE_INFINITY : Math.pow(GAMMA, bucket);
    }
}
