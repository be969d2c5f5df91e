package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class ErrorRateCheckTest {

    @Test
    void is_breached_when_failures_are_treatments_and_many() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 0.1).rows(2_700, 300).failures(0, 6))
                        .state());
    }

    @Test
    void is_passed_when_treatment_hardly_fails() {
        assertEquals(
                PASSED,
                find(EvidenceBuilder.split(1, 0.1).rows(27_000, 3_000).failures(0, 0))
                        .state());
    }

    @Test
    void is_undecided_when_both_arms_fail_alike() {
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.5).rows(1_000, 1_000).failures(300, 315))
                        .state());
    }

    @Test
    void is_undecided_when_treatment_surely_fails_more_often_but_rarely() {
        GuardrailResult result =
                find(EvidenceBuilder.split(1, 0.5).rows(10_000, 10_000).failures(0, 60));

        assertTrue(result.logE() > Math.log(500), result::toString);
        assertEquals(
                PASSED,
                find(EvidenceBuilder.split(1, 0.5).rows(10_000, 10_000).failures(0, 40))
                        .state());
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.5).rows(10_000, 10_000).failures(0, 95))
                        .state());
    }

    @Test
    void is_undecided_below_the_minimum() {
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.1).rows(900, 99).failures(0, 99))
                        .state());
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 0.1).rows(900, 100).failures(0, 100))
                        .state());
    }

    @Test
    void is_measured_against_the_share_that_treatment_really_had() {
        // a busy account drew treatment: it has 60% of the requests at a split of 10%, and 60% of the failures
        GuardrailResult result =
                find(EvidenceBuilder.split(1, 0.1).rows(4_000, 6_000).failures(200, 300));

        assertTrue(result.logE() < 0, result::toString);
    }

    @Test
    void multiplies_evidence_over_phases_and_takes_size_from_the_present_one() {
        double first = find(EvidenceBuilder.split(1, 0.1).rows(900, 100).failures(0, 2))
                .logE();
        double second = find(EvidenceBuilder.split(1, 0.5).rows(100, 100).failures(0, 3))
                .logE();
        GuardrailResult both = find(
                EvidenceBuilder.split(1, 0.1).rows(900, 100).failures(0, 2),
                EvidenceBuilder.split(2, 0.5).rows(100, 100).failures(0, 3));

        assertEquals(first + second, both.logE(), 1e-9);
        assertEquals(0.03, both.estimate(), 1e-12);
        assertEquals(100, both.samples());
    }

    @Test
    void of_a_shadow_counts_requests_that_just_one_model_failed() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.shadow(1).shadows(700).shadowFailures(0, 14, 0, 0, 0))
                        .state());
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.shadow(1).shadows(700).shadowFailures(0, 0, 200, 0, 0))
                        .state());
    }

    @Test
    void of_a_shadow_does_not_count_what_was_not_run() {
        GuardrailResult result = find(EvidenceBuilder.shadow(1).shadows(1_000).shadowFailures(0, 10, 0, 300, 500));

        assertEquals(200, result.samples());
        assertEquals(0.05, result.estimate(), 1e-12);
    }

    @Test
    void at_full_split_is_held_against_controls_past() {
        EvidenceBuilder past = EvidenceBuilder.split(1, 0.1).rows(27_000, 3_000).failures(27, 3);

        assertEquals(
                BREACHED,
                find(past, EvidenceBuilder.split(2, 1).rows(0, 5_000).failures(0, 150))
                        .state());
        assertEquals(
                UNDECIDED,
                find(past, EvidenceBuilder.split(2, 1).rows(0, 5_000).failures(0, 45))
                        .state());
        assertEquals(
                PASSED,
                find(past, EvidenceBuilder.split(2, 1).rows(0, 5_000).failures(0, 5))
                        .state());
    }

    @Test
    void at_full_split_without_any_control_is_held_against_the_limit() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 1).rows(0, 5_000).failures(0, 150))
                        .state());
    }

    @Test
    void is_undecided_when_more_failed_than_there_were() {
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.5).rows(500, 500).failures(0, 501))
                        .state());
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.shadow(1).shadows(500).shadowFailures(0, 400, 0, 0, 200))
                        .state());
    }

    private GuardrailResult find(EvidenceBuilder... shown) {
        return GuardrailEvaluatorTest.evaluate(shown).of(GuardrailMetric.ERROR_RATE_DELTA);
    }
}
