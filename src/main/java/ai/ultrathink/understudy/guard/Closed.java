package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;

/**
 * The treatment may be used.
 *
 * @param run failures since the last success
 * @param lastPauseNanos how long the guard was open the last time, or 0
 * @param closedNanos when it closed after that
 */
record Closed(GuardRules rules, long term, int run, RecentCalls recent, long lastPauseNanos, long closedNanos)
        implements GuardState {

    /** A guard that never opened. */
    static Closed initially(GuardRules rules, long nowNanos) {
        return new Closed(rules, 0, 0, RecentCalls.none(nowNanos), 0, nowNanos);
    }

    @Override
    public GuardStatus status() {
        return new GuardStatus(GuardStatus.State.CLOSED, null);
    }

    Closed succeeded(long nowNanos) {
        return with(0, recent.plus(false, nowNanos, rules.windowNanos()));
    }

    /** Closed still, or open when this failure is one too many. */
    GuardState failed(Outcome.Failure failure, long nowNanos) {
        Closed next = with(run + 1, recent.plus(true, nowNanos, rules.windowNanos()));
        if (next.run >= rules.failuresInRow()) {
            return next.open(next.run + " failures in a row, the last: " + failure.detail(), false, nowNanos);
        }
        int calls = next.recent.allCalls();
        int failures = next.recent.allFailures();
        if (calls >= rules.minimumCalls() && failures >= rules.failureRate() * calls) {
            return next.open(
                    failures + " of the last " + calls + " calls failed, the last: " + failure.detail(),
                    false,
                    nowNanos);
        }
        return next;
    }

    @Override
    public Open held(String reason, long nowNanos) {
        return open(reason, true, nowNanos);
    }

    private Open open(String reason, boolean held, long nowNanos) {
        // what opens again soon after it closed has not recovered, and goes on from where it was
        boolean calm = nowNanos - closedNanos >= rules.openAtMostNanos();
        long pause = rules.pauseAfter(calm ? 0 : lastPauseNanos);
        return new Open(rules, term + 1, reason, held, nowNanos, pause, nowNanos + pause);
    }

    private Closed with(int changedRun, RecentCalls changedRecent) {
        return new Closed(rules, term, changedRun, changedRecent, lastPauseNanos, closedNanos);
    }
}
