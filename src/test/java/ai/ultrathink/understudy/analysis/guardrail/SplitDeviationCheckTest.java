package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class SplitDeviationCheckTest {

    @Test
    void is_breached_when_units_of_an_arm_are_missing() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 0.5).units(5_000, 4_000)).state());
    }

    @Test
    void is_passed_when_units_came_as_drawn() {
        assertEquals(
                PASSED, find(EvidenceBuilder.split(1, 0.5).units(10_050, 9_950)).state());
    }

    @Test
    void is_passed_when_a_deviation_is_sure_but_small() {
        // 1 percentage point of a million units
        GuardrailResult result = find(EvidenceBuilder.split(1, 0.5).units(490_000, 510_000));

        assertEquals(PASSED, result.state());
        assertTrue(result.logE() > 100, result::toString);
    }

    @Test
    void is_undecided_below_the_minimum() {
        assertEquals(UNDECIDED, find(EvidenceBuilder.split(1, 0.5).units(99, 0)).state());
        assertEquals(BREACHED, find(EvidenceBuilder.split(1, 0.5).units(100, 0)).state());
    }

    @Test
    void multiplies_evidence_over_the_splits_of_a_ramp() {
        double first = find(EvidenceBuilder.split(1, 0.1).units(900, 60)).logE();
        double second = find(EvidenceBuilder.split(1, 0.5).units(500, 380)).logE();
        GuardrailResult both = find(
                EvidenceBuilder.split(1, 0.1).units(900, 60),
                EvidenceBuilder.split(2, 0.5).units(500, 380));

        assertEquals(first + second, both.logE(), 1e-9);
        assertEquals((60 + 380 - 96 - 440) / 1840.0, both.estimate(), 1e-12);
    }

    @Test
    void of_a_late_loss_is_not_hidden_by_a_long_sound_past() {
        assertEquals(
                BREACHED,
                find(
                                EvidenceBuilder.split(1, 0.1).units(900_000, 100_000),
                                EvidenceBuilder.split(2, 0.5).units(5_000, 4_000))
                        .state());
    }

    @Test
    void at_full_split_is_certain_with_units_on_the_wrong_side_once_there_are_enough() {
        assertEquals(UNDECIDED, find(EvidenceBuilder.split(1, 1).units(50, 49)).state());
        GuardrailResult result = find(EvidenceBuilder.split(1, 1).units(50, 950));

        assertEquals(BREACHED, result.state());
        assertEquals(Double.MAX_VALUE, result.logE());
        assertEquals(BREACHED, find(EvidenceBuilder.split(1, 0).units(950, 50)).state());
    }

    @Test
    void has_nothing_to_say_of_none_or_all_or_a_shadow() {
        assertEquals(0, find(EvidenceBuilder.split(1, 1).units(0, 5_000)).samples());
        assertEquals(0, find(EvidenceBuilder.split(1, 0).units(5_000, 0)).samples());
        assertEquals(0, find(EvidenceBuilder.shadow(1).units(0, 0)).samples());
    }

    private GuardrailResult find(EvidenceBuilder... shown) {
        return GuardrailEvaluatorTest.evaluate(shown).of(GuardrailMetric.SPLIT_DEVIATION);
    }
}
