package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a guard knows. Immutable: the methods of the three kinds are the only ways from one to the next, and are told the
 * time.
 */
sealed interface GuardState {

    /** Grows with each change of kind. What was permitted in an earlier term says nothing in a later one. */
    long term();

    /** For people and metrics. */
    GuardStatus status();

    /** The treatment's probe failed: open, until {@link Open#released()}. */
    Open held(String reason, long nowNanos);

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

    /**
     * The treatment may not be used.
     *
     * @param reason why, in words
     * @param held whether the treatment's probe fails, which keeps the guard open for as long as that is so
     * @param sinceNanos when the guard was last closed
     * @param pauseNanos how long it stays open
     * @param untilNanos when that is over
     */
    record Open(
            GuardRules rules, long term, String reason, boolean held, long sinceNanos, long pauseNanos, long untilNanos)
            implements GuardState {

        @Override
        public GuardStatus status() {
            return new GuardStatus(GuardStatus.State.OPEN, reason);
        }

        /** Half-open when the pause is over and no probe forbids it, else unchanged. */
        GuardState elapsed(long nowNanos) {
            return held || nowNanos - untilNanos < 0 ? this : HalfOpen.after(this);
        }

        @Override
        public Open held(String why, long nowNanos) {
            return held && reason.equals(why)
                    ? this
                    : new Open(rules, term, why, true, sinceNanos, pauseNanos, untilNanos);
        }

        /** The treatment's probe passes. */
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
     * @param running the requests on trial
     * @param tickets how many were ever let in; the newest one's number
     * @param successes how many came back well
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

        /** With one more request on trial, whose ticket is {@link #tickets()}; unchanged when there is no place. */
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

        /** A request on trial was answered well. One that had lost its place counts for nothing. */
        GuardState succeeded(long ticket, long nowNanos) {
            if (!has(ticket)) {
                return this;
            }
            return successes + 1 >= rules.successesToClose()
                    ? new Closed(rules, term + 1, 0, RecentCalls.none(nowNanos), pauseNanos, nowNanos)
                    : with(without(ticket), tickets, successes + 1);
        }

        /** A request on trial failed. */
        GuardState failed(long ticket, Outcome.Failure failure, long nowNanos) {
            return has(ticket) ? open("on trial: " + failure.detail(), false, nowNanos) : this;
        }

        /** A request on trial taught nothing. */
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
