package ai.ultrathink.understudy.stats;

import java.util.Arrays;

/**
 * Ranks of values that were counted in ranges: how many certainly lie below a point, and how many may lie at or below
 * it. Ranges ascend and overlap at their ends only.
 */
final class Ranks {

    private final double[] lows;
    private final double[] highs;
    /** Number of values in the ranges before each index; one element longer than the ranges. */
    private final long[] before;

    private Ranks(double[] lows, double[] highs, long[] before) {
        this.lows = lows;
        this.highs = highs;
        this.before = before;
    }

    static Ranks of(LogHistogram histogram) {
        int size = histogram.counts().size();
        double[] lows = new double[size];
        double[] highs = new double[size];
        long[] before = new long[size + 1];
        int range = 0;
        for (var entry : histogram.counts().entrySet()) {
            lows[range] = LogHistogram.low(entry.getKey());
            highs[range] = LogHistogram.high(entry.getKey());
            before[range + 1] = before[range] + entry.getValue();
            range++;
        }
        return new Ranks(lows, highs, before);
    }

    /** The ranks of values that are known exactly. */
    static Ranks of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        long[] before = new long[sorted.length + 1];
        Arrays.setAll(before, index -> index);
        return new Ranks(sorted, sorted, before);
    }

    long total() {
        return before[lows.length];
    }

    int ranges() {
        return lows.length;
    }

    double low(int range) {
        return lows[range];
    }

    double high(int range) {
        return highs[range];
    }

    /** The number of values in the first ranges. */
    long inFirst(int ranges) {
        return before[ranges];
    }

    /** The number of ranges that end below the point, so that all of their values lie below it. */
    int rangesBelow(double point) {
        int low = 0;
        int high = highs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (highs[middle] < point) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The number of ranges that begin at or below the point. Values of other ranges lie above it. */
    int rangesUpTo(double point) {
        int low = 0;
        int high = lows.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lows[middle] <= point) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
