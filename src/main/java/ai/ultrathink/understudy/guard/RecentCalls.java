package ai.ultrathink.understudy.guard;

/**
 * Calls and failures of the last window, in two halves; the older half is dropped as a whole. It therefore covers
 * between half a window and a whole one, and fits in one small value.
 *
 * @param sinceNanos when the younger half began
 * @param calls calls in the younger half
 * @param failures failures among them
 * @param earlierCalls calls in the half before
 * @param earlierFailures failures among those
 */
record RecentCalls(long sinceNanos, int calls, int failures, int earlierCalls, int earlierFailures) {

    static RecentCalls none(long nowNanos) {
        return new RecentCalls(nowNanos, 0, 0, 0, 0);
    }

    /** The counts with one more call. */
    RecentCalls plus(boolean failed, long nowNanos, long windowNanos) {
        int failure = failed ? 1 : 0;
        long half = windowNanos / 2;
        long age = nowNanos - sinceNanos;
        if (age < half) {
            return new RecentCalls(sinceNanos, calls + 1, failures + failure, earlierCalls, earlierFailures);
        }
        if (age < 2 * half) {
            return new RecentCalls(sinceNanos + half, 1, failure, calls, failures);
        }
        return new RecentCalls(nowNanos, 1, failure, 0, 0);
    }

    int allCalls() {
        return calls + earlierCalls;
    }

    int allFailures() {
        return failures + earlierFailures;
    }
}
