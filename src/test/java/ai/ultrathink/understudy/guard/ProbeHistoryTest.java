package ai.ultrathink.understudy.guard;

import static ai.ultrathink.understudy.guard.GuardDefaults.ANSWERED;
import static ai.ultrathink.understudy.guard.GuardDefaults.LATE;
import static ai.ultrathink.understudy.guard.GuardDefaults.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import org.junit.jupiter.api.Test;

class ProbeHistoryTest {

    private static final Outcome WRONG = new Outcome.Invalid("golden answer [1] is 0.2");
    private static final Outcome FULL = new Outcome.Rejected("the queue of model bull is full");

    private final ProbeHistory control = ProbeHistory.none(ProbeRules.of(Variant.CONTROL, GuardDefaults.PROBE));
    private final ProbeHistory treatment = ProbeHistory.none(ProbeRules.of(Variant.TREATMENT, GuardDefaults.PROBE));

    @Test
    void one_wrong_answer_is_enough_in_both_roles() {
        assertEquals("golden answer [1] is 0.2", control.after(WRONG).failing());
        assertEquals("golden answer [1] is 0.2", treatment.after(WRONG).failing());
        assertEquals("it threw", control.after(new Outcome.Failed("it threw")).failing());
    }

    @Test
    void a_control_fails_with_the_third_probe_in_a_row_that_gets_no_answer() {
        ProbeHistory twice = control.after(LATE).after(FULL);
        assertNull(twice.failing());

        assertEquals(
                "3 probes in a row without an answer, the last: no answer within 200 ms",
                twice.after(LATE).failing());
    }

    @Test
    void a_treatment_fails_with_the_second() {
        assertNull(treatment.after(LATE).failing());
        assertNotNull(treatment.after(LATE).after(FULL).failing());
    }

    @Test
    void an_answer_between_two_late_ones_begins_the_count_again() {
        assertNull(treatment.after(LATE).after(ANSWERED).after(LATE).failing());
    }

    @Test
    void a_model_that_answers_again_is_well() {
        assertNull(control.after(WRONG).after(ANSWERED).failing());
    }

    @Test
    void a_late_answer_does_not_excuse_a_wrong_one() {
        assertEquals(
                "golden answer [1] is 0.2", control.after(WRONG).after(LATE).failing());
    }

    @Test
    void a_probe_without_an_answer_decides_nothing_while_requests_are_answered() {
        ProbeHistory busy = control;
        for (int i = 0; i < 10; i++) {
            busy = busy.afterOneAmongRequests(LATE).afterOneAmongRequests(FULL);
        }
        assertNull(busy.failing());

        ProbeHistory away = control.after(LATE).after(LATE).after(LATE);
        assertNotNull(away.failing());
        assertNull(away.afterOneAmongRequests(LATE).failing(), "it is back");
    }

    @Test
    void requests_that_are_answered_do_not_excuse_a_wrong_answer() {
        ProbeHistory wrong = control.after(WRONG);

        assertEquals(
                "golden answer [1] is 0.2", wrong.afterOneAmongRequests(LATE).failing());
        assertTrue(wrong.afterOneAmongRequests(LATE).wrong());
        assertEquals(
                "golden answer [1] is 0.2", control.afterOneAmongRequests(WRONG).failing());
        assertNull(wrong.afterOneAmongRequests(ANSWERED).failing());
    }

    @Test
    void only_a_wrong_answer_keeps_a_model_from_its_callers() {
        assertTrue(control.after(WRONG).wrong());
        assertFalse(control.after(new Outcome.Failed("it threw")).wrong());
        assertFalse(control.after(LATE).after(LATE).after(LATE).wrong());
        assertFalse(control.after(WRONG).after(ANSWERED).wrong());
    }

    @Test
    void a_treatment_that_stays_away_is_asked_less_and_less_often_up_to_once_a_minute() {
        ProbeHistory away = treatment.after(LATE);
        assertEquals(seconds(5), away.pauseNanos());
        for (long pause : new long[] {10, 20, 40, 60, 60}) {
            away = away.after(LATE);
            assertEquals(seconds(pause), away.pauseNanos());
        }
        assertEquals(seconds(5), away.after(ANSWERED).pauseNanos());
    }

    @Test
    void a_control_is_asked_as_often_as_ever_so_that_its_replica_is_back_soon() {
        ProbeHistory away = control;
        for (int i = 0; i < 10; i++) {
            away = away.after(LATE);
            assertEquals(seconds(5), away.pauseNanos());
        }
    }
}
