package ai.ultrathink.understudy.trial.hedge;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The 95th percentile of the latest durations: those of the present period and the one before. Counted in buckets an eighth of
 * an octave wide, so the answer is at most 13% too long and never too short.
 */
final class RecentLatency {

    private static final int PARTS = 8;
    private static final int BUCKETS = 64 * PARTS;
    private static final int ENOUGH = 20;
    // one in twenty is above the 95th percentile
    private static final int ONE_IN = 20;
    private static final int REFRESH_EVERY = 32;

    private final long periodNanos;
    private int[] present = new int[BUCKETS];
    private int[] before = new int[BUCKETS];
    private long periodStart;
    private int sinceRefresh;
    private volatile long p95 = -1;

    RecentLatency(long periodNanos, long nowNanos) {
        this.periodNanos = periodNanos;
        this.periodStart = nowNanos;
    }

    synchronized void add(long durationNanos, long nowNanos) {
        if (nowNanos - periodStart >= periodNanos) {
            boolean gap = nowNanos - periodStart >= 2 * periodNanos;
            int[] oldest = before;
            before = present;
            Arrays.fill(oldest, 0);
            present = oldest;
            if (gap) {
                Arrays.fill(before, 0);
            }
            periodStart = nowNanos;
        }
        present[bucket(durationNanos)]++;
        if (++sinceRefresh >= REFRESH_EVERY || p95 < 0) {
            sinceRefresh = 0;
            p95 = compute();
        }
    }

    /** In nanoseconds; empty before there are enough durations to tell. */
    OptionalLong p95Nanos() {
        long now = p95;
        return now < 0 ? OptionalLong.empty() : OptionalLong.of(now);
    }

    private long compute() {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += at(i);
        }
        if (total < ENOUGH) {
            return -1;
        }
        long above = total / ONE_IN;
        int bucket = BUCKETS - 1;
        for (long seen = at(bucket); seen <= above; seen += at(bucket)) {
            bucket--;
        }
        return upperBound(bucket);
    }

    private long at(int bucket) {
        return (long) present[bucket] + before[bucket];
    }

    /** The octave in the high part, the eighth of it in the low. */
    static int bucket(long nanos) {
        long value = Math.max(PARTS, nanos);
        int octave = 63 - Long.numberOfLeadingZeros(value);
        int part = (int) (value >>> (octave - 3)) & (PARTS - 1);
        return octave * PARTS + part;
    }

    static long upperBound(int bucket) {
        int octave = bucket / PARTS;
        long part = bucket % PARTS;
        return ((PARTS + part + 1) << (octave - 3)) - 1;
    }
}
