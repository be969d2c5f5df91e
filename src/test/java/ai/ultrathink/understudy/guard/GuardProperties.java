package ai.ultrathink.understudy.guard;

import static ai.ultrathink.understudy.guard.GuardDefaults.ANSWERED;
import static ai.ultrathink.understudy.guard.GuardDefaults.DEFAULT;
import static ai.ultrathink.understudy.guard.GuardDefaults.LATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.guard.GuardStatus.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** What holds for a guard whatever happens to it. */
class GuardProperties {

    /** What may happen to a guard; a request takes a permit and ends later, if at all. */
    enum Happening {
        REQUEST,
        SUCCESS,
        FAILURE,
        CANCELLATION,
        SECOND,
        MINUTE,
        PROBE_FAILS,
        PROBE_PASSES
    }

    private final ManualTime time = new ManualTime();
    private final Deque<Running> running = new ArrayDeque<>();
    private Guard guard = guard();
    private int term;
    private boolean held;

    /** A request that has not ended, with the term in which it began. */
    private record Running(Permit permit, int term, long sinceNanos) {}

    @Property(tries = 300)
    void half_open_never_lets_more_than_three_try_at_a_time(@ForAll @Size(max = 200) List<Happening> history) {
        begin();
        for (Happening happening : history) {
            happen(happening);
            if (guard.status().state() == State.HALF_OPEN) {
                assertTrue(onTrial() <= DEFAULT.trials());
            }
        }
    }

    @Property(tries = 300)
    void open_admits_nobody_before_its_time_and_held_never(@ForAll @Size(max = 200) List<Happening> history) {
        begin();
        for (Happening happening : history) {
            happen(happening);
            if (held) {
                assertEquals(State.OPEN, guard.status().state());
                assertTrue(guard.admit(GuardedExperiments.split()).isEmpty());
            }
        }
    }

    @Property(tries = 300)
    void after_any_history_it_closes_when_the_treatment_is_well_for_long_enough(
            @ForAll @Size(max = 200) List<Happening> history) {
        begin();
        history.forEach(this::happen);

        happen(Happening.PROBE_PASSES);
        // what was running and never ended has lost its place by then, and the longest pause is over
        happen(Happening.MINUTE);
        for (int i = 0; i < DEFAULT.successesToClose(); i++) {
            guard.admit(GuardedExperiments.split()).orElseThrow().conclude(ANSWERED);
        }

        assertEquals(State.CLOSED, guard.status().state());
    }

    @Property(tries = 300)
    void five_failures_in_a_row_open_whatever_was_closed(@ForAll @Size(max = 200) List<Happening> history) {
        begin();
        history.forEach(this::happen);

        for (int i = 0; i < DEFAULT.failuresInRow(); i++) {
            guard.admit(GuardedExperiments.split()).ifPresent(permit -> permit.conclude(LATE));
        }

        assertNotEquals(State.CLOSED, guard.status().state());
        assertNotNull(guard.status().reason());
    }

    /** Each try starts again. */
    private void begin() {
        running.clear();
        held = false;
        guard = guard();
    }

    private Guard guard() {
        return new Guard(GuardedExperiments.split(), DEFAULT, time, (test, from, to) -> term++);
    }

    private void happen(Happening happening) {
        switch (happening) {
            case REQUEST ->
                guard.admit(GuardedExperiments.split())
                        .ifPresent(permit -> running.add(new Running(permit, term, time.nanoTime())));
            case SUCCESS -> oldest().ifPresent(permit -> permit.conclude(ANSWERED));
            case FAILURE -> oldest().ifPresent(permit -> permit.conclude(LATE));
            case CANCELLATION -> oldest().ifPresent(Permit::cancel);
            case SECOND -> time.advance(Duration.ofSeconds(1));
            case MINUTE -> time.advance(Duration.ofMinutes(1));
            case PROBE_FAILS -> {
                held = true;
                guard.hold("the probe fails");
            }
            case PROBE_PASSES -> {
                held = false;
                guard.release();
            }
        }
    }

    private Optional<Permit> oldest() {
        return Optional.ofNullable(running.poll()).map(Running::permit);
    }

    /** Requests that were let in since the guard became half-open, have not ended and are not given up. */
    private long onTrial() {
        return running.stream()
                .filter(request ->
                        request.term == term && time.nanoTime() - request.sinceNanos < DEFAULT.trialExpiryNanos())
                .count();
    }
}
