package ai.ultrathink.understudy.stats;

import java.util.Arrays;

/**
 * What is known of the order of values that were counted in ranges: how many lie surely below a point, and how many at most
 * at or below it. Ranges ascend and do not overlap, but for their ends.
 */
final class Ranks {

    private final double[] lows;
    private final double[] highs;
    /** How many lie in the ranges before the one of this index; one longer than the ranges. */
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

    /** Of values that are known exactly. */
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

    /** How many lie in the first ranges. */
    long inFirst(int ranges) {
        return before[ranges];
    }

    /** How many ranges end below the point: all in them lies surely below it. */
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

    /** How many ranges begin at or below the point: nothing else can lie at or below it. */
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

    /** The range that holds the value of a rank, counted from 1 to the total. */
    int rangeOf(long rank) {
        int low = 0;
        int high = lows.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (before[middle + 1] < rank) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
