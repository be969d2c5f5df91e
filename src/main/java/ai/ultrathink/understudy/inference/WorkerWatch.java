package ai.ultrathink.understudy.inference;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a worker hangs, and when to look at it. Time in which this process did not run either, such as a pause of the machine, does
 * not count. Used by one thread.
 */
final class WorkerWatch {

    private static final long PING_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long MEMORY_EVERY_NANOS = Duration.ofMillis(100).toNanos();
    /** The thread that watches runs every few milliseconds; a longer gap is a pause. */
    private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

    private final long hangAfterNanos;
    private long watchedNanos;
    // since when this process has run without a pause
    private long awakeNanos;
    private long pingedNanos;
    private long memorySeenNanos;

    WorkerWatch(long hangAfterNanos, long nowNanos) {
        this.hangAfterNanos = hangAfterNanos;
        this.watchedNanos = nowNanos;
        this.awakeNanos = nowNanos;
        this.pingedNanos = nowNanos;
        this.memorySeenNanos = nowNanos;
    }

    /**
     * Whether the worker takes too long.
     *
     * @param heardNanos when it last replied, or began to serve
     * @param oldestSentNanos when the pass was sent for which it has had the most time, or null if there is none
     */
    boolean hangs(long heardNanos, @Nullable Long oldestSentNanos, long nowNanos) {
        if (nowNanos - watchedNanos > PAUSE_NANOS) {
            awakeNanos = nowNanos;
        }
        watchedNanos = nowNanos;
        if (nowNanos - awakeNanos <= hangAfterNanos) {
            return false;
        }
        return oldestSentNanos == null
                ? heardNanos - pingedNanos < 0 && nowNanos - pingedNanos > hangAfterNanos
                : nowNanos - oldestSentNanos > hangAfterNanos;
    }

    /** Whether an idle worker is to be asked for a sign of life now. One is asked for at a time. */
    boolean pingIsDue(long heardNanos, long nowNanos) {
        if (nowNanos - pingedNanos < PING_EVERY_NANOS || heardNanos - pingedNanos < 0) {
            return false;
        }
        pingedNanos = nowNanos;
        return true;
    }

    boolean memoryIsDue(long nowNanos) {
        if (nowNanos - memorySeenNanos < MEMORY_EVERY_NANOS) {
            return false;
        }
        memorySeenNanos = nowNanos;
        return true;
    }
}
