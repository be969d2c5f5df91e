package ai.ultrathink.understudy.stats;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts in buckets whose bounds grow geometrically, so that every quantile is off by at most ¼% of its value and two
 * histograms merge by adding counts.
 *
 * <p>Bucket i holds (γ^(i−1), γ^i] milliseconds with γ = (1.01 / 0.99)^¼, which is ½% wide; its value is 2γ^i / (γ + 1). This is
 * the logarithmic mapping of DDSketch (Masson, Rim, Lee 2019, arXiv 1908.10693), and the one that the database counts with.
 * The first and the last bucket also hold all values beyond them.
 *
 * <p>Until version 2 of the evaluator a bucket was as wide as four of these are: bucket i of then is the buckets 4i − 3 to 4i of now.
 */
public final class LogHistogram {

    /** The bucket of 1 microsecond and everything below. */
    public static final int FIRST_BUCKET = -1384;

    /** The bucket of 1e9 milliseconds and everything above. */
    public static final int LAST_BUCKET = 4148;

    /** The empty histogram. */
    public static final LogHistogram NONE = new LogHistogram(new TreeMap<>());

    private static final int FIRST_WIDE = -346;
    private static final int LAST_WIDE = 1037;

    private static final double SMALLEST = 0.001;
    private static final double LARGEST = 1e9;
    private static final double LOG_WIDE = Math.log(1.01 / 0.99);

    private static final double GAMMA = Math.pow(1.01 / 0.99, 0.25);

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
     * @return milliseconds, within ¼% of the exact quantile; NaN without values
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

    /**
     * The bucket for counts of one of the wide buckets: near its middle. The first and the last remain these, and what is out of
     * range remains so.
     *
     * @param wide -346 to 1037
     */
    public static int ofWideBucket(int wide) {
        return wide == FIRST_WIDE ? FIRST_BUCKET : wide == LAST_WIDE ? LAST_BUCKET : 4 * wide - 2;
    }

    /** The bucket of a number of milliseconds. */
    public static int bucket(double millis) {
        if (millis > LARGEST) {
            return LAST_BUCKET;
        }
        return millis > SMALLEST ? (int) Math.ceil(4 * Math.log(millis) / LOG_WIDE) : FIRST_BUCKET;
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
