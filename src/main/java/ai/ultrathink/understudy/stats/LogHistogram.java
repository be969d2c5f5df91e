package ai.ultrathink.understudy.stats;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts in buckets whose bounds grow geometrically, so that every quantile is off by at most 1% of its value and two
 * histograms merge by adding counts.
 *
 * <p>Bucket i holds (γ^(i−1), γ^i] with γ = 1.01 / 0.99; its value is 2γ^i / (γ + 1). This is the logarithmic mapping of
 * DDSketch (Masson, Rim, Lee 2019, arXiv 1908.10693), and the one that the database counts with.
 */
public final class LogHistogram {

    private static final double GAMMA = 1.01 / 0.99;

    private final SortedMap<Integer, Long> counts = new TreeMap<>();
    private long total;

    /** Adds to a bucket. */
    public void add(int bucket, long count) {
        counts.merge(bucket, count, Long::sum);
        total += count;
    }

    /** How many values there are. */
    public long total() {
        return total;
    }

    /**
     * The value at a rank: the smallest bucket with at least {@code q × total} values in it and below.
     *
     * @param q 0 to 1
     * @return within 1% of the exact quantile; NaN without values
     */
    public double quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("q: got " + q + "; allowed: 0 to 1");
        }
        double rank = q * total;
        long seen = 0;
        for (var entry : counts.entrySet()) {
            seen += entry.getValue();
            if (seen >= rank && entry.getValue() > 0) {
                return value(entry.getKey());
            }
        }
        return Double.NaN;
    }

    /** The value that a bucket stands for. */
    public static double value(int bucket) {
        return 2 * Math.pow(GAMMA, bucket) / (GAMMA + 1);
    }
}
