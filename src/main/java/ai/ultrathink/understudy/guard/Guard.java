package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.guard.GuardState.Closed;
import ai.ultrathink.understudy.guard.GuardState.HalfOpen;
import ai.ultrathink.understudy.guard.GuardState.Open;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** Guard of one experiment: holds the state; the states themselves define the transitions. */
final class Guard {

    private final TimeSource time;
    private final Transitions transitions;
    private final AtomicReference<GuardState> state;
    private volatile Experiment experiment;

    Guard(Experiment experiment, GuardRules rules, TimeSource time, Transitions transitions) {
        this.experiment = experiment;
        this.time = time;
        this.transitions = transitions;
        this.state = new AtomicReference<>(Closed.initially(rules, time.nanoTime()));
    }

    /** The experiment as of the last request. */
    Experiment experiment() {
        return experiment;
    }

    /** Whether a request would get a permit now. Takes none, and changes nothing. */
    boolean admits() {
        long nowNanos = time.nanoTime();
        GuardState present = state.get();
        GuardState due = present instanceof Open open ? open.elapsed(nowNanos) : present;
        return switch (due) {
            case Closed closed -> true;
            case Open open -> false;
            case HalfOpen halfOpen -> halfOpen.admitting(nowNanos).tickets() != halfOpen.tickets();
        };
    }

    GuardStatus status() {
        return state.get().status();
    }

    Optional<Permit> admit(Experiment current) {
        // an unconditional write would cost a memory fence for each request
        if (experiment.generation() != current.generation()) {
            experiment = current;
        }
        while (true) {
            GuardState now = state.get();
            switch (now) {
                case Closed closed -> {
                    return Optional.of(new Use(closed.term(), 0));
                }
                case Open open -> {
                    GuardState next = open.elapsed(time.nanoTime());
                    if (next instanceof Open) {
                        return Optional.empty();
                    }
                    swap(open, next);
                }
                case HalfOpen halfOpen -> {
                    HalfOpen next = halfOpen.admitting(time.nanoTime());
                    if (next.tickets() == halfOpen.tickets()) {
                        return Optional.empty();
                    }
                    if (swap(halfOpen, next)) {
                        return Optional.of(new Use(next.term(), next.tickets()));
                    }
                }
            }
        }
    }

    GuardState state() {
        return state.get();
    }

    /** Called when the treatment's probe fails. */
    void hold(String reason) {
        change(now -> now.held(reason, time.nanoTime()));
    }

    /** Called when the treatment's probe passes. */
    void release() {
        change(now -> now instanceof Open open ? open.released() : now);
    }

    private void end(long term, long ticket, Outcome outcome) {
        long nowNanos = time.nanoTime();
        change(now -> now.term() == term ? after(now, ticket, outcome, nowNanos) : now);
    }

    private static GuardState after(GuardState now, long ticket, Outcome outcome, long nowNanos) {
        return switch (outcome) {
            case Outcome.Answered answered ->
                switch (now) {
                    case Closed closed -> closed.succeeded(nowNanos);
                    case HalfOpen halfOpen -> halfOpen.succeeded(ticket, nowNanos);
                    case Open open -> open;
                };
            case Outcome.Failure failure ->
                switch (now) {
                    case Closed closed -> closed.failed(failure, nowNanos);
                    case HalfOpen halfOpen -> halfOpen.failed(ticket, failure, nowNanos);
                    case Open open -> open;
                };
        };
    }

    private void cancel(long term, long ticket) {
        change(now -> now instanceof HalfOpen halfOpen && halfOpen.term() == term ? halfOpen.cancelled(ticket) : now);
    }

    private void change(UnaryOperator<GuardState> step) {
        GuardState now;
        GuardState next;
        do {
            now = state.get();
            next = step.apply(now);
        } while (!swap(now, next));
    }

    private boolean swap(GuardState now, GuardState next) {
        if (!state.compareAndSet(now, next)) {
            return false;
        }
        if (now.term() != next.term()) {
            transitions.changed(experiment, now, next);
        }
        return true;
    }

    /** Receives each transition, on the thread that caused it. */
    interface Transitions {
        void changed(Experiment experiment, GuardState from, GuardState to);
    }

    private final class Use implements Permit {

        private final long term;
        private final long ticket;
        private final AtomicBoolean ended = new AtomicBoolean();

        Use(long term, long ticket) {
            this.term = term;
            this.ticket = ticket;
        }

        @Override
        public void conclude(Outcome outcome) {
            if (ended.compareAndSet(false, true)) {
                end(term, ticket, outcome);
            }
        }

        @Override
        public void cancel() {
            if (ended.compareAndSet(false, true)) {
                Guard.this.cancel(term, ticket);
            }
        }
    }
}
