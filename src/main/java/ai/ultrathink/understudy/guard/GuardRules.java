package ai.ultrathink.understudy.guard;

import java.time.Duration;

/**
 * The settings of a guard, checked.
 *
 * @param failuresInRow failures in a row that open it, at least 1
 * @param failureRate fraction of the window's calls that opens it when they fail, above 0 and up to 1
 * @param windowNanos how far back the rate looks
 * @param minimumCalls calls in the window without which the rate says nothing
 * @param openNanos the shortest time to stay open
 * @param openAtMostNanos the longest
 * @param trials requests that may try the treatment at a time
 * @param successesToClose successes among them that close it
 * @param trialExpiryNanos when a request on trial gives its place up
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

    /** How long to stay open after having been open for so long the last time; 0 when there was no last time. */
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
