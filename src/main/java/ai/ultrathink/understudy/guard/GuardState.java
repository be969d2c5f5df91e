package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;
import java.util.List;
import java.util.stream.Stream;

/**
 * State of a guard: closed, open or half-open. Immutable: the methods of the states are the only transitions, and they
 * receive the time.
 */
sealed interface GuardState {

    /** A number that grows with each transition. Results of calls from an earlier term do not count in a later one. */
    long term();

    /** The status for readers and metrics. */
    GuardStatus status();

    /** The state after the treatment's probe failed: open until {@link Open#released()}. */
    Open held(String reason, long nowNanos);

    /**
     * The treatment may be used.
     *
     * @param run failures since the last success
     * @param lastPauseNanos how long the guard was last open, or 0
     * @param closedNanos when it last closed
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

        /** The state after a failure: still closed, or open if a limit is reached. */
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
            // a guard that opens again soon after closing has not recovered, so its pause continues to grow
            boolean calm = nowNanos - closedNanos >= rules.openAtMostNanos();
            long pause = rules.pauseAfter(calm ? 0 : lastPauseNanos);
            return new Open(rules, term + 1, reason, held, nowNanos, pause, nowNanos + pause);
        }

        private Closed with(int changedRun, RecentCalls changedRecent) {
            return new Closed(rules, term, changedRun, changedRecent, lastPauseNanos, closedNanos);
        }
    }

    /**
     * The treatment may not be used.
     *
     * @param reason why, in words
     * @param held whether the treatment's probe fails, which keeps the guard open as long as it does
     * @param sinceNanos when the guard was last closed
     * @param pauseNanos how long it stays open
     * @param untilNanos when the pause ends
     */
    record Open(
            GuardRules rules, long term, String reason, boolean held, long sinceNanos, long pauseNanos, long untilNanos)
            implements GuardState {

        @Override
        public GuardStatus status() {
            return new GuardStatus(GuardStatus.State.OPEN, reason);
        }

        /** Half-open if the pause is over and the probe does not fail, otherwise unchanged. */
        GuardState elapsed(long nowNanos) {
            return held || nowNanos - untilNanos < 0 ? this : HalfOpen.after(this);
        }

        @Override
        public Open held(String why, long nowNanos) {
            return held && reason.equals(why)
                    ? this
                    : new Open(rules, term, why, true, sinceNanos, pauseNanos, untilNanos);
        }

        /** Called when the treatment's probe passes. */
        Open released() {
            return held ? new Open(rules, term, reason, false, sinceNanos, pauseNanos, untilNanos) : this;
        }
    }

    /**
     * A few requests at a time try the treatment; enough successes close the guard, one failure opens it again.
     *
     * @param reason why the guard opened
     * @param sinceNanos when the guard was last closed
     * @param pauseNanos how long it was open before this
     * @param running the trial requests
     * @param tickets the number of trial requests so far, which is the ticket of the newest
     * @param successes the number of successful trials
     */
    record HalfOpen(
            GuardRules rules,
            long term,
            String reason,
            long sinceNanos,
            long pauseNanos,
            List<Trial> running,
            long tickets,
            int successes)
            implements GuardState {

        /** A request that tries the treatment, and when it began. */
        record Trial(long ticket, long sinceNanos) {}

        public HalfOpen {
            running = List.copyOf(running);
        }

        static HalfOpen after(Open open) {
            return new HalfOpen(
                    open.rules(),
                    open.term() + 1,
                    open.reason(),
                    open.sinceNanos(),
                    open.pauseNanos(),
                    List.of(),
                    0,
                    0);
        }

        @Override
        public GuardStatus status() {
            return new GuardStatus(GuardStatus.State.HALF_OPEN, reason);
        }

        /**
         * The state with one more trial request, whose ticket is {@link #tickets()}; unchanged if there is no place.
         */
        HalfOpen admitting(long nowNanos) {
            List<Trial> alive = running.stream()
                    .filter(trial -> nowNanos - trial.sinceNanos < rules.trialExpiryNanos())
                    .toList();
            if (alive.size() >= rules.trials()) {
                return this;
            }
            long ticket = tickets + 1;
            return with(
                    Stream.concat(alive.stream(), Stream.of(new Trial(ticket, nowNanos)))
                            .toList(),
                    ticket,
                    successes);
        }

        /** The state after a trial request succeeded. One that had lost its place does not count. */
        GuardState succeeded(long ticket, long nowNanos) {
            if (!has(ticket)) {
                return this;
            }
            return successes + 1 >= rules.successesToClose()
                    ? new Closed(rules, term + 1, 0, RecentCalls.none(nowNanos), pauseNanos, nowNanos)
                    : with(without(ticket), tickets, successes + 1);
        }

        /** The state after a trial request failed. */
        GuardState failed(long ticket, Outcome.Failure failure, long nowNanos) {
            return has(ticket) ? open("on trial: " + failure.detail(), false, nowNanos) : this;
        }

        /** The state after a trial request ended without a result. */
        HalfOpen cancelled(long ticket) {
            return has(ticket) ? with(without(ticket), tickets, successes) : this;
        }

        @Override
        public Open held(String why, long nowNanos) {
            return open(why, true, nowNanos);
        }

        private Open open(String why, boolean held, long nowNanos) {
            long pause = rules.pauseAfter(pauseNanos);
            return new Open(rules, term + 1, why, held, sinceNanos, pause, nowNanos + pause);
        }

        private boolean has(long ticket) {
            return running.stream().anyMatch(trial -> trial.ticket == ticket);
        }

        private List<Trial> without(long ticket) {
            return running.stream().filter(trial -> trial.ticket != ticket).toList();
        }

        private HalfOpen with(List<Trial> changedRunning, long changedTickets, int changedSuccesses) {
            return new HalfOpen(
                    rules, term, reason, sinceNanos, pauseNanos, changedRunning, changedTickets, changedSuccesses);
        }
    }
}
