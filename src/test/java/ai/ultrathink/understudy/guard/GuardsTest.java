package ai.ultrathink.understudy.guard;

import static ai.ultrathink.understudy.guard.GuardDefaults.ANSWERED;
import static ai.ultrathink.understudy.guard.GuardDefaults.LATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.guard.GuardStatus.State;
import ai.ultrathink.understudy.inference.OutOfUse;
import ai.ultrathink.understudy.replica.ReplicaName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GuardsTest {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<AutomaticEntry> trail = new CopyOnWriteArrayList<>();
    private final Guards guards =
            new Guards(GuardDefaults.GUARD, time, meters, new GuardLog(trail::add, time, new ReplicaName("replica-7")));

    @Test
    void a_guard_is_closed_from_the_first_request_on() {
        assertTrue(guards.admit(GuardedExperiments.split()).isPresent());
        assertEquals(Map.of("canary", new GuardStatus(State.CLOSED, null)), guards.status());
    }

    @Test
    void five_failures_open_the_guard_of_their_test_and_no_other() {
        fail("canary", 5);

        assertTrue(guards.admit(GuardedExperiments.split("canary")).isEmpty());
        assertTrue(guards.admit(GuardedExperiments.split("other")).isPresent());
    }

    @Test
    void a_guard_that_opened_closes_after_three_answers_on_trial() {
        fail("canary", 5);
        time.advance(PAUSE);

        answer("canary", 3);

        assertEquals(State.CLOSED, state("canary"));
    }

    @Test
    void what_was_let_in_before_the_guard_opened_says_nothing_after() {
        Permit early = permit("canary");
        fail("canary", 5);
        time.advance(PAUSE);
        answer("canary", 1);

        early.conclude(LATE);

        assertEquals(State.HALF_OPEN, state("canary"));
    }

    @Test
    void a_treatment_that_is_out_of_use_is_held_back_and_the_trail_says_why_also_where_the_guard_was_open() {
        fail("canary", 5);
        answer("other", 1);

        guards.outOfUse(new OutOfUse("bull_v2", "it is out of use"));

        assertTrue(guards.admit(GuardedExperiments.split("canary")).isEmpty());
        assertTrue(guards.admit(GuardedExperiments.split("other")).isEmpty());
        assertEquals(
                Map.of("canary", "model bull_v2: it is out of use", "other", "model bull_v2: it is out of use"),
                trail.stream()
                        .filter(entry -> entry.action() == AuditAction.TREATMENT_OUT_OF_USE)
                        .collect(Collectors.toMap(AutomaticEntry::testId, AutomaticEntry::reason)));
    }

    @Test
    void a_permit_ends_once() {
        Permit permit = permit("canary");
        for (int i = 0; i < 10; i++) {
            permit.conclude(LATE);
        }

        assertEquals(State.CLOSED, state("canary"));
    }

    @Test
    void a_cancelled_trial_gives_its_place_back() {
        fail("canary", 5);
        time.advance(PAUSE);
        List<Permit> trials = List.of(permit("canary"), permit("canary"), permit("canary"));
        assertTrue(guards.admit(GuardedExperiments.split()).isEmpty());

        trials.getFirst().cancel();

        assertTrue(guards.admit(GuardedExperiments.split()).isPresent());
    }

    @Test
    void a_guard_withholds_the_treatment_while_it_would_admit_no_request_and_saying_so_takes_no_permit() {
        assertFalse(guards.withholds("canary"));
        permit("canary");
        assertFalse(guards.withholds("canary"));

        assertTrue(guards.closed("canary"));
        fail("canary", 5);
        assertTrue(guards.withholds("canary"));

        time.advance(PAUSE);
        assertFalse(guards.closed("canary"));
        for (int asked = 0; asked < 10; asked++) {
            assertFalse(guards.withholds("canary"));
        }
        List<Permit> trials = List.of(permit("canary"), permit("canary"), permit("canary"));
        assertTrue(guards.withholds("canary"));

        trials.getFirst().cancel();
        assertFalse(guards.withholds("canary"));
    }

    @Test
    void a_failing_probe_opens_the_guards_of_all_tests_with_that_treatment_also_of_those_to_come() {
        permit("canary");

        guards.hold("bull_v2", "wrong");

        assertTrue(guards.admit(GuardedExperiments.split("canary")).isEmpty());
        assertTrue(guards.admit(GuardedExperiments.split("new")).isEmpty());
        guards.release("bull_v2");
        time.advance(PAUSE);
        assertTrue(guards.admit(GuardedExperiments.split("canary")).isPresent());
        assertTrue(guards.admit(GuardedExperiments.split("new")).isPresent());
        assertTrue(guards.admit(GuardedExperiments.split("newer")).isPresent());
    }

    @Test
    void the_probe_of_another_model_is_none_of_a_guards_business() {
        permit("canary");

        guards.hold("bear_v2", "wrong");

        assertTrue(guards.admit(GuardedExperiments.split()).isPresent());
    }

    @Test
    void opening_and_closing_are_audited_with_their_reasons_and_opening_again_on_trial_is_not() {
        fail("canary", 5);
        time.advance(PAUSE);
        fail("canary", 1);
        time.advance(PAUSE.multipliedBy(2));
        answer("canary", 3);

        assertEquals(
                List.of(
                        new AutomaticEntry(
                                ManualTime.START,
                                "canary",
                                "guard",
                                AuditAction.GUARD_OPENED,
                                Map.of("guard", "closed", "replica", "replica-7"),
                                Map.of("guard", "open", "replica", "replica-7"),
                                3,
                                "5 failures in a row, the last: no answer within 200 ms"),
                        new AutomaticEntry(
                                ManualTime.START.plusSeconds(15),
                                "canary",
                                "guard",
                                AuditAction.GUARD_CLOSED,
                                Map.of("guard", "half_open", "replica", "replica-7"),
                                Map.of("guard", "closed", "replica", "replica-7"),
                                3,
                                "3 trial requests succeeded, 15.0 s after the guard opened")),
                trail);
    }

    @Test
    void every_change_is_counted_and_the_state_is_shown() {
        fail("canary", 5);
        assertEquals(2, meters.get("understudy.guard.state").gauge().value());
        time.advance(PAUSE);
        fail("canary", 1);

        assertEquals(2, transitions("open"));
        assertEquals(1, transitions("half_open"));
        assertEquals(0, transitions("closed"));
    }

    @Test
    void tests_that_are_gone_leave_neither_guard_nor_meter() {
        permit("canary");
        permit("other");

        guards.retain(Set.of("other"));

        assertEquals(Set.of("other"), guards.status().keySet());
        assertNull(meters.find("understudy.guard.state").tag("test", "canary").gauge());
        assertNull(meters.find("understudy.guard.transitions")
                .tag("test", "canary")
                .counter());
        assertFalse(meters.find("understudy.guard.state").gauges().isEmpty());
    }

    @Test
    void threads_that_ask_at_once_get_no_more_than_three_trials_and_no_failure_is_lost() throws Exception {
        fail("canary", 4);
        everyone(4, () -> fail("canary", 1));
        assertEquals(State.OPEN, state("canary"));
        time.advance(PAUSE);
        AtomicInteger admitted = new AtomicInteger();

        everyone(8, () -> {
            for (int i = 0; i < 1_000; i++) {
                guards.admit(GuardedExperiments.split()).ifPresent(permit -> admitted.incrementAndGet());
            }
        });

        assertEquals(3, admitted.get());
        assertEquals(1, transitions("half_open"));
    }

    @Test
    void successes_of_many_threads_are_all_counted() throws Exception {
        everyone(4, () -> answer("canary", 5_000));

        // 20,000 successes: not before a fifth of all calls fails, or five in a row do
        fail("canary", 4);
        assertEquals(State.CLOSED, state("canary"));
        assertEquals(0, transitions("open"));
    }

    private static void everyone(int threads, Runnable work) throws InterruptedException, ExecutionException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private Permit permit(String testId) {
        return guards.admit(GuardedExperiments.split(testId)).orElseThrow();
    }

    private void fail(String testId, int times) {
        for (int i = 0; i < times; i++) {
            guards.admit(GuardedExperiments.split(testId)).ifPresent(permit -> permit.conclude(LATE));
        }
    }

    private void answer(String testId, int times) {
        for (int i = 0; i < times; i++) {
            guards.admit(GuardedExperiments.split(testId)).ifPresent(permit -> permit.conclude(ANSWERED));
        }
    }

    private State state(String testId) {
        GuardStatus status = guards.status().get(testId);
        assertTrue(status != null, "no guard for " + testId);
        return status.state();
    }

    private double transitions(String to) {
        return meters.get("understudy.guard.transitions")
                .tags("test", "canary", "to", to)
                .counter()
                .count();
    }
}
