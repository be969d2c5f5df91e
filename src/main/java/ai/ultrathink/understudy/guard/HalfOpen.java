package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;
import java.util.List;
import java.util.stream.Stream;

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

    HalfOpen {
        running = List.copyOf(running);
    }

    static HalfOpen after(Open open) {
        return new HalfOpen(
                open.rules(), open.term() + 1, open.reason(), open.sinceNanos(), open.pauseNanos(), List.of(), 0, 0);
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
