package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Mode;
import java.util.List;
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
    void is_passed_when_a_deviation_is_sure_but_within_the_limit() {
        // 1.9 percentage points of a million units
        GuardrailResult result = find(EvidenceBuilder.split(1, 0.5).units(481_000, 519_000));

        assertEquals(PASSED, result.state());
        assertTrue(result.logE() < 0, result::toString);
    }

    @Test
    void of_a_tolerated_deviation_says_nothing_about_the_next_split() {
        // −0.5 points of a million, then the first hundred units of a new split
        assertEquals(
                PASSED,
                find(
                                EvidenceBuilder.split(1, 0.5).units(505_000, 495_000),
                                EvidenceBuilder.split(2, 0.25).units(80, 20))
                        .state());
    }

    @Test
    void is_passed_with_few_units_that_send_enough_requests() {
        GuardrailResult result =
                find(EvidenceBuilder.split(1, 0.1).rows(4_500, 500).units(45, 5));

        assertEquals(PASSED, result.state());
        assertEquals(50, result.samples());
    }

    @Test
    void is_the_callers_doing_where_the_requests_were_assigned_as_they_were_stored() {
        // a caller chooses ids by the published hash
        GuardrailResult result = find(
                EvidenceBuilder.split(1, 0.05).assigned(0, 123, 0).rows(0, 123).units(0, 123));

        assertEquals(BREACHED, result.state());
        assertTrue(result.callersDoing());
        assertEquals(GuardrailAction.ALERT, result.actionIn(Mode.TRAFFIC_SPLIT));
        assertTrue(result.reason().contains("callers' choice of unit ids"), result::reason);
    }

    @Test
    void is_the_services_doing_where_rows_of_one_variant_were_lost() {
        GuardrailResult result = find(EvidenceBuilder.split(1, 0.5)
                .assigned(5_000, 5_000, 0)
                .rows(5_000, 4_200)
                .units(5_000, 4_200));

        assertEquals(BREACHED, result.state());
        assertFalse(result.callersDoing());
        assertEquals(GuardrailAction.ROLL_BACK, result.actionIn(Mode.TRAFFIC_SPLIT));
        assertTrue(result.reason().contains("800 of 5,000 of treatment"), result::reason);
    }

    @Test
    void is_not_breached_when_an_outage_lost_rows_of_both_variants_alike() {
        assertEquals(
                PASSED,
                find(EvidenceBuilder.split(1, 0.1)
                                .assigned(9_000, 1_000, 0)
                                .rows(6_020, 660)
                                .units(6_020, 660))
                        .state());
    }

    @Test
    void of_the_callers_doing_is_in_the_way_of_a_promotion_and_rolls_nothing_back() {
        Evaluation evaluation = GuardrailEvaluatorTest.evaluate(
                GuardrailEvaluatorTest.soundSplit(1, 0.5).units(1_000, 9_000));

        assertEquals(Verdict.KEEP_RUNNING, evaluation.verdict());
        assertEquals(List.of(evaluation.of(GuardrailMetric.SPLIT_DEVIATION).reason()), evaluation.reasons());
    }

    @Test
    void is_undecided_below_the_minimum() {
        assertEquals(UNDECIDED, find(EvidenceBuilder.split(1, 0.5).units(99, 0)).state());
        assertEquals(BREACHED, find(EvidenceBuilder.split(1, 0.5).units(100, 0)).state());
    }

    @Test
    void gathers_evidence_over_the_splits_of_a_ramp() {
        double first = find(EvidenceBuilder.split(1, 0.1).units(900, 60)).logE();
        double second = find(EvidenceBuilder.split(1, 0.5).units(500, 380)).logE();
        GuardrailResult both = find(
                EvidenceBuilder.split(1, 0.1).units(900, 60),
                EvidenceBuilder.split(2, 0.5).units(500, 380));

        assertTrue(both.logE() > Math.max(first, second), both::toString);
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
    void at_full_split_without_a_tolerance_is_certain_with_units_on_the_wrong_side() {
        assertEquals(UNDECIDED, find(EvidenceBuilder.split(1, 1).units(50, 49)).state());
        SplitDeviationCheck.Drawn wrong = new SplitDeviationCheck.Drawn(1, 1, 950);

        assertEquals(BREACHED, find(EvidenceBuilder.split(1, 1).units(50, 950)).state());
        assertEquals(Double.POSITIVE_INFINITY, wrong.below(0).log());
        assertEquals(0, wrong.above(0).log());
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
