package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class AgreementCheckTest {

    @Test
    void is_breached_below_the_limit_and_passed_above() {
        assertEquals(BREACHED, state(pairs(1_000, 780)));
        assertEquals(PASSED, state(pairs(1_000, 950)));
    }

    @Test
    void is_undecided_near_the_limit() {
        assertEquals(UNDECIDED, state(pairs(1_000, 840)));
        assertEquals(UNDECIDED, state(pairs(1_000, 860)));
    }

    @Test
    void is_undecided_below_the_minimum_whatever_was_seen() {
        assertEquals(UNDECIDED, state(pairs(99, 0)));
        assertEquals(BREACHED, state(pairs(100, 0)));
    }

    @Test
    void of_all_shadow_generations_counts_together() {
        assertEquals(UNDECIDED, state(pairs(500, 400)));
        GuardrailResult result = find(pairs(500, 400), EvidenceBuilder.shadow(2).pairs(500, 390, 0));

        assertEquals(BREACHED, result.state());
        assertEquals(1_000, result.samples());
        assertEquals(0.79, result.estimate(), 1e-12);
    }

    @Test
    void is_excused_by_what_control_disagrees_with_itself() {
        assertEquals(BREACHED, state(pairs(2_000, 1_560)));
        assertEquals(UNDECIDED, state(pairs(2_000, 1_560).noise(2_000, 1_800)));
        assertEquals(PASSED, state(pairs(2_000, 1_560).noise(2_000, 1_500)));
    }

    @Test
    void is_not_excused_by_a_control_that_agrees_with_itself() {
        assertEquals(BREACHED, state(pairs(2_000, 1_560).noise(2_000, 2_000)));
    }

    @Test
    void waits_for_noise_that_is_not_known_yet() {
        assertEquals(UNDECIDED, state(pairs(2_000, 1_560).noise(20, 20)));
        assertEquals(BREACHED, state(pairs(2_000, 400).noise(20, 20)));
    }

    @Test
    void is_undecided_when_more_agree_than_there_are() {
        GuardrailResult result = find(pairs(100, 101));

        assertEquals(UNDECIDED, result.state());
        assertNull(result.estimate());
    }

    private EvidenceBuilder pairs(long count, long agreeing) {
        return EvidenceBuilder.shadow(1).pairs(count, agreeing, 0);
    }

    private GuardrailResult find(EvidenceBuilder... shown) {
        return GuardrailEvaluatorTest.evaluate(shown).of(GuardrailMetric.AGREEMENT);
    }

    private GuardrailState state(EvidenceBuilder shown) {
        return find(shown).state();
    }
}
