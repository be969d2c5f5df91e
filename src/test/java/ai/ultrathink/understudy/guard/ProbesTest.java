package ai.ultrathink.understudy.guard;

import static ai.ultrathink.understudy.guard.GuardDefaults.ANSWERED;
import static ai.ultrathink.understudy.guard.GuardDefaults.LATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.GuardStatus.State;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.replica.ReplicaName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** bull answers callers, bull_v2 is on trial. */
@SuppressWarnings("NullAway") // a null fails the test
class ProbesTest {

    private static final String BULL = "bull as control within 1000 ms";
    private static final String BULL_V2 = "bull_v2 as treatment within 1000 ms";
    private static final Outcome WRONG = new Outcome.Invalid("golden answer [1] is 0.2");
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeRoles roles = new FakeRoles();
    private final FakeProbeTargets questions = new FakeProbeTargets();
    private final Guards guards = new Guards(
            GuardDefaults.GUARD, time, meters, new GuardLog(event -> {}, time, new ReplicaName("replica-7")));
    private final Probes probes = new Probes(roles, questions, guards, GuardDefaults.PROBE, time, meters);

    @BeforeEach
    void useBoth() {
        roles.answering("bull");
        roles.onTrial("bull_v2");
        questions.load("bull", 1);
        questions.load("bull_v2", 1);
    }

    @Test
    void models_in_use_are_asked_at_once_each_in_its_role() {
        assertEquals(List.of(BULL, BULL_V2), look());
    }

    @Test
    void a_model_is_asked_again_after_five_seconds_and_not_before() {
        round(ANSWERED, ANSWERED);
        assertEquals(List.of(), look());

        time.advance(EVERY.minusNanos(1));
        assertEquals(List.of(), look());

        time.advance(Duration.ofNanos(1));
        assertEquals(List.of(BULL, BULL_V2), look());
    }

    @Test
    void a_reloaded_model_is_asked_at_once() {
        round(ANSWERED, ANSWERED);

        questions.load("bull_v2", 2);

        assertEquals(List.of(BULL_V2), look());
    }

    @Test
    void a_model_that_has_not_answered_is_not_asked_again() {
        look();

        time.advance(Duration.ofMinutes(10));

        assertEquals(List.of(), look());
        questions.answer("bull", ANSWERED);
        time.advance(EVERY);
        assertEquals(List.of(BULL), look());
    }

    @Test
    void a_model_in_both_roles_is_asked_in_one_after_the_other() {
        roles.answering("bull");
        roles.onTrial("bull");
        assertEquals(List.of(BULL), look());

        questions.answer("bull", ANSWERED);

        assertEquals(List.of("bull as treatment within 1000 ms"), look());
    }

    @Test
    void a_control_that_answers_others_and_not_its_probes_is_not_failing() {
        for (int i = 0; i < 10; i++) {
            look();
            questions.answerRequest("bull", Variant.CONTROL);
            questions.answer("bull", new Outcome.TimedOut(1000));
            questions.answer("bull_v2", ANSWERED);
            time.advance(EVERY);
        }

        assertEquals(
                new ProbeStatus("bull", Variant.CONTROL, null), probes.status().getFirst());
    }

    @Test
    void requests_in_the_other_role_say_nothing_of_this_one() {
        for (int i = 0; i < 3; i++) {
            look();
            questions.answerRequest("bull", Variant.TREATMENT);
            questions.answer("bull", new Outcome.TimedOut(1000));
            questions.answer("bull_v2", ANSWERED);
            time.advance(EVERY);
        }

        assertNotNull(probes.status().getFirst().failing());
    }

    @Test
    void a_control_with_a_wrong_answer_is_kept_from_callers_until_it_is_right() {
        round(WRONG, WRONG);
        assertEquals(Optional.of("golden answer [1] is 0.2"), probes.wrong("bull"));
        assertEquals(Optional.empty(), probes.wrong("bull_v2"), "the guard is for treatments");

        time.advance(EVERY);
        round(ANSWERED, ANSWERED);
        assertEquals(Optional.empty(), probes.wrong("bull"));
    }

    @Test
    void a_model_that_is_not_loaded_or_not_in_use_is_not_asked() {
        questions.unload("bull_v2");
        questions.load("unused", 1);

        assertEquals(List.of(BULL), look());
        assertEquals(List.of(new ProbeStatus("bull", Variant.CONTROL, null)), probes.status());
    }

    @Test
    void a_treatments_wrong_answer_opens_its_guards_and_a_right_one_lets_them_try_again() {
        guards.admit(GuardedExperiments.split());
        round(ANSWERED, WRONG);

        GuardStatus open = new GuardStatus(State.OPEN, "the probe of model bull_v2 fails: golden answer [1] is 0.2");
        assertEquals(open, guards.status().get("canary"));
        assertEquals(
                List.of(
                        new ProbeStatus("bull", Variant.CONTROL, null),
                        new ProbeStatus("bull_v2", Variant.TREATMENT, "golden answer [1] is 0.2")),
                probes.status());

        time.advance(EVERY);
        assertTrue(guards.admit(GuardedExperiments.split()).isEmpty());
        round(ANSWERED, ANSWERED);
        assertTrue(guards.admit(GuardedExperiments.split()).isPresent());
        assertEquals(State.HALF_OPEN, guards.status().get("canary").state());
    }

    @Test
    void one_late_answer_of_a_treatment_is_forgiven_and_the_second_is_not() {
        guards.admit(GuardedExperiments.split());
        round(ANSWERED, LATE);
        assertEquals(State.CLOSED, guards.status().get("canary").state());

        time.advance(EVERY);
        round(ANSWERED, LATE);

        assertEquals(State.OPEN, guards.status().get("canary").state());
    }

    @Test
    void a_treatment_that_stays_late_is_asked_less_often() {
        round(ANSWERED, LATE);
        time.advance(EVERY);
        round(ANSWERED, LATE);

        time.advance(EVERY);
        assertEquals(List.of(BULL), look());
        questions.answer("bull", ANSWERED);
        time.advance(EVERY);
        assertEquals(List.of(BULL, BULL_V2), look());
    }

    @Test
    void a_failing_control_leaves_the_guards_alone() {
        guards.admit(GuardedExperiments.split());

        round(WRONG, ANSWERED);

        assertEquals(State.CLOSED, guards.status().get("canary").state());
        assertEquals("golden answer [1] is 0.2", probes.status().getFirst().failing());
    }

    @Test
    void a_treatment_that_is_no_longer_in_use_is_forgotten_with_its_failure() {
        guards.admit(GuardedExperiments.split());
        round(ANSWERED, WRONG);

        roles.onTrial();
        look();

        assertEquals(List.of(new ProbeStatus("bull", Variant.CONTROL, null)), probes.status());
        time.advance(EVERY);
        assertTrue(guards.admit(GuardedExperiments.split()).isPresent());
        assertNull(
                meters.find("understudy.probe.failing").tag("model", "bull_v2").gauge());
    }

    @Test
    void the_answer_of_a_model_that_was_forgotten_meanwhile_changes_nothing() {
        guards.admit(GuardedExperiments.split());
        look();
        roles.onTrial();
        look();

        questions.answer("bull_v2", WRONG);

        assertTrue(guards.admit(GuardedExperiments.split()).isPresent());
    }

    @Test
    void failing_models_and_results_are_counted() {
        round(WRONG, LATE);

        assertEquals(1, failing("bull"));
        assertEquals(0, failing("bull_v2"));
        assertEquals(
                1,
                meters.get("understudy.probe.results")
                        .tags("model", "bull", "role", "control", "result", "invalid")
                        .counter()
                        .count());
    }

    private void round(Outcome bull, Outcome bullV2) {
        assertEquals(List.of(BULL, BULL_V2), look());
        questions.answer("bull", bull);
        questions.answer("bull_v2", bullV2);
    }

    private List<String> look() {
        probes.look();
        return questions.asked();
    }

    private double failing(String model) {
        return meters.get("understudy.probe.failing")
                .tag("model", model)
                .gauge()
                .value();
    }
}
