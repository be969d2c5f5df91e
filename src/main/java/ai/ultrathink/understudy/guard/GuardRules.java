package ai.ultrathink.understudy.guard;

import java.time.Duration;

/**
 * Validated settings of a guard.
 *
 * @param failuresInRow failures in a row that open the guard, at least 1
 * @param failureRate fraction of failed calls in the window that opens it, above 0 and up to 1
 * @param windowNanos the window of the failure rate
 * @param minimumCalls the minimum number of calls in the window for the rate to count
 * @param openNanos the shortest time to stay open
 * @param openAtMostNanos the longest time to stay open
 * @param trials requests that may try the treatment at a time
 * @param successesToClose successful trials that close it
 * @param trialExpiryNanos when a trial request frees its place
 */
record GuardRules(
        int failuresInRow,
        double failureRate,
        long windowNanos,
        int minimumCalls,
        long openNanos,
        long openAtMostNanos,
        int trials,
        int successesToClose,
        long trialExpiryNanos) {

    GuardRules {
        require(failuresInRow >= 1, "failures-in-row", failuresInRow, "1 or more");
        require(failureRate > 0 && failureRate <= 1, "failure-rate", failureRate, "above 0 and up to 1");
        require(windowNanos > 1, "window", Duration.ofNanos(windowNanos), "a positive duration, such as 10s");
        require(minimumCalls >= 1, "minimum-calls", minimumCalls, "1 or more");
        require(openNanos > 0, "open-for", Duration.ofNanos(openNanos), "a positive duration, such as 5s");
        require(
                openAtMostNanos >= openNanos,
                "open-at-most",
                Duration.ofNanos(openAtMostNanos),
                "open-for or longer, which is " + Duration.ofNanos(openNanos));
        require(trials >= 1, "trials", trials, "1 or more");
        require(successesToClose >= 1, "successes-to-close", successesToClose, "1 or more");
        require(
                trialExpiryNanos > 0,
                "trial-expiry",
                Duration.ofNanos(trialExpiryNanos),
                "a positive duration, such as 1m");
    }

    static GuardRules of(GuardConfig config) {
        return new GuardRules(
                config.failuresInRow(),
                config.failureRate(),
                config.window().toNanos(),
                config.minimumCalls(),
                config.openFor().toNanos(),
                config.openAtMost().toNanos(),
                config.trials(),
                config.successesToClose(),
                config.trialExpiry().toNanos());
    }

    /** How long to stay open, given how long the guard was last open, or 0 if it never was. */
    long pauseAfter(long lastPauseNanos) {
        return lastPauseNanos == 0 ? openNanos : Math.min(2 * lastPauseNanos, openAtMostNanos);
    }

    private static void require(boolean holds, String setting, Object got, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "understudy.guard." + setting + ": got " + got + "; allowed: " + allowed);
        }
    }
}
