package ai.ultrathink.understudy.notice;

import java.time.Duration;

/**
 * How long to wait after a failed call: twice as long each time, up to a limit, and by chance up to half of it less, so that what
 * failed together is not tried again together.
 *
 * @param first after the first failure, at most
 * @param longest after any
 */
record BackOff(Duration first, Duration longest) {

    /** Doubled so often, any time is longer than any limit. */
    private static final int MOST_DOUBLINGS = 40;

    BackOff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("from " + first + " to " + longest);
        }
    }

    /**
     * The time after a failure.
     *
     * @param attempt which call failed, from 1
     * @param chance from 0 to 1
     */
    Duration after(int attempt, double chance) {
        double doubled = first.toMillis() * Math.pow(2, Math.min(attempt - 1, MOST_DOUBLINGS));
        double most = Math.min(doubled, (double) longest.toMillis());
        return Duration.ofMillis(Math.max(1, Math.round(most * (1 - chance / 2))));
    }

    /** What a receiver asks for, within the limit. */
    Duration bounded(Duration asked) {
        return asked.compareTo(longest) > 0 ? longest : asked;
    }
}
