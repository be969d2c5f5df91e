package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how often each of many may do something within a second of the clock. */
final class RateLimit {

    /** Above so many different ones in a second new ones may not, so that the memory for them is bounded. */
    static final int MOST = 10_000;

    private final int perSecond;
    private final TimeSource time;
    private volatile Second current;

    /** @param perSecond how often; 0 for no bound */
    RateLimit(int perSecond, TimeSource time) {
        this.perSecond = perSecond;
        this.time = time;
        this.current = new Second(second());
    }

    /** Whether one may do it once more; counts it. */
    boolean admits(String who) {
        return perSecond == 0 || now().count(who) <= perSecond;
    }

    private Second now() {
        Second now = current;
        long second = second();
        if (now.number != second) {
            // two threads may both replace it, which forgets a few
            now = new Second(second);
            current = now;
        }
        return now;
    }

    private long second() {
        return TimeUnit.NANOSECONDS.toSeconds(time.nanoTime());
    }

    private static final class Second {

        private final long number;
        private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

        Second(long number) {
            this.number = number;
        }

        int count(String who) {
            AtomicInteger count = counts.get(who);
            if (count == null) {
                if (counts.size() >= MOST) {
                    return Integer.MAX_VALUE;
                }
                count = counts.computeIfAbsent(who, none -> new AtomicInteger());
            }
            return count.incrementAndGet();
        }
    }
}
