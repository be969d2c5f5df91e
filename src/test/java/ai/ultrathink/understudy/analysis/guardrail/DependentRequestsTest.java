package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the checks make of the order of requests and of requests that depend on each other. */
@SuppressWarnings("NullAway") // a null fails the test
class DependentRequestsTest {

    private static final double SPREAD = 0.1;

    @Test
    void agreement_is_breached_by_what_came_late_in_spite_of_a_long_sound_past() {
        GuardrailResult result = agreement(pairs(33 * 300 + 700, 33 * 285 + 524)
                .minutes(33, 300, 285)
                .minutes(2, 350, 262)
                .evidence());

        assertEquals(BREACHED, result.state());
        assertTrue(result.reason().contains("74.86% in the 700 pairs since 2026-11-28T09:33:00Z"), result::reason);
        assertTrue(result.estimate() > 0.9, result::toString);
    }

    @Test
    void dependence_that_ends_within_hundreds_of_pairs_does_not_hold_a_test_of_few_minutes() {
        EvidenceBuilder minutes = pairs(20_000, 14_000)
                .minutes(3, 6_666, 4_666)
                .groups(Quantity.AGREEMENT, Grouping.RUN, 1_250, 16, 0.7, 0.32, 0.33);

        GuardrailResult held = agreement(minutes.evidence());
        GuardrailResult found =
                agreement(minutes.groups(Quantity.AGREEMENT, Grouping.STRETCH_64, 312, 64, 0.7, 0.2, 0.41)
                        .groups(Quantity.AGREEMENT, Grouping.STRETCH_256, 78, 256, 0.7, 0.06, 0.454)
                        .evidence());

        assertEquals(UNDECIDED, held.state());
        assertTrue(held.reason().contains("longer than could be compared so far"), held::reason);
        assertEquals(BREACHED, found.state(), found::reason);
    }

    @Test
    void dependence_that_lasts_for_the_longest_stretch_holds_a_test_as_before() {
        GuardrailResult result = agreement(pairs(20_000, 14_000)
                .minutes(3, 6_666, 4_666)
                .groups(Quantity.AGREEMENT, Grouping.RUN, 1_250, 16, 0.7, 0.32, 0.33)
                .groups(Quantity.AGREEMENT, Grouping.STRETCH_64, 312, 64, 0.7, 0.3, 0.346)
                .groups(Quantity.AGREEMENT, Grouping.STRETCH_256, 78, 256, 0.7, 0.28, 0.36)
                .evidence());

        assertEquals(UNDECIDED, result.state());
        assertTrue(result.reason().contains("longer than could be compared so far"), result::reason);
    }

    @Test
    void the_same_pairs_without_their_order_are_not_breached() {
        assertEquals(
                PASSED,
                agreement(pairs(33 * 300 + 700, 33 * 285 + 524).evidence()).state());
    }

    @Test
    void a_model_that_no_bad_spell_explains_is_found_from_the_first_pairs() {
        assertEquals(
                BREACHED,
                agreement(pairs(150, 45).minutes(1, 150, 45).evidence()).state());
        assertEquals(
                UNDECIDED, agreement(pairs(99, 0).minutes(1, 99, 0).evidence()).state());
    }

    @Test
    void a_treatment_that_no_slow_spell_explains_is_found_from_the_first_answers() {
        assertEquals(BREACHED, latency(firstAnswers(50)).state());
        assertEquals(UNDECIDED, latency(firstAnswers(3)).state());
    }

    /** 700 answers of each arm, within a minute of which the order is known. */
    private static GenerationEvidence firstAnswers(double slower) {
        return EvidenceBuilder.split(1, 0.5)
                .rows(700, 700)
                .latencies(Variant.CONTROL, 7, 1)
                .latencies(Variant.TREATMENT, 7, slower)
                .groups(Quantity.CONTROL_LATENCY, Grouping.RUN, 44, 16, 3, 0, 0.3)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 44, 16, 3, 0, 0.3)
                .evidence();
    }

    @Test
    void a_bad_spell_among_others_is_not_taken_for_a_change() {
        GuardrailResult before = agreement(pairs(32 * 300, 22 * 291 + 10 * 180)
                .minutes(11, 300, 291)
                .minutes(5, 300, 180)
                .minutes(11, 300, 291)
                .minutes(5, 300, 180)
                .evidence());

        assertEquals(UNDECIDED, before.state());
        assertTrue(before.reason().contains("requests depend on each other: design effect"), before::reason);
    }

    @Test
    void nothing_is_decided_from_the_first_pairs_whose_order_is_known() {
        assertEquals(
                UNDECIDED,
                agreement(pairs(1_400, 840).minutes(4, 350, 210).evidence()).state());
        assertEquals(
                BREACHED,
                agreement(pairs(1_600, 960).minutes(5, 320, 192).evidence()).state());
        assertEquals(
                UNDECIDED,
                agreement(pairs(3_000, 2_850).minutes(10, 300, 285).evidence()).state());
        assertEquals(
                PASSED,
                agreement(pairs(6_000, 5_700).minutes(20, 300, 285).evidence()).state());
    }

    @Test
    void few_independent_pairs_are_too_few_and_a_reader_is_told_how_many_are_needed() {
        assertTrue(agreement(pairs(1_400, 840).minutes(4, 350, 210).evidence())
                .reason()
                .contains("1,400 of 1,490 pairs"));
    }

    @Test
    void units_that_differ_weaken_the_evidence_on_agreement() {
        EvidenceBuilder alike = pairs(10_000, 8_200).minutes(33, 300, 246);
        EvidenceBuilder different = pairs(10_000, 8_200)
                .minutes(33, 300, 246)
                .groups(Quantity.AGREEMENT, Grouping.UNIT, 200, 50, 0.82, 0.17, 0.34);

        assertEquals(BREACHED, agreement(alike.evidence()).state());
        GuardrailResult weaker = agreement(different.evidence());
        assertEquals(UNDECIDED, weaker.state());
        assertTrue(weaker.reason().contains("design effect 1"), weaker::reason);
        assertTrue(weaker.upper() - weaker.lower() > 0.05, weaker::toString);
    }

    @Test
    void confidences_that_wander_are_less_certain() {
        EvidenceBuilder steady = EvidenceBuilder.shadow(1)
                .pairs(6_000, 6_000, 0.12)
                .groups(Quantity.CONFIDENCE_DELTA, Grouping.RUN, 375, 16, 0.12, 0, SPREAD)
                .groups(Quantity.CONFIDENCE_DELTA, Grouping.MINUTE, 20, 300, 0.12, 0, SPREAD);
        EvidenceBuilder wandering = EvidenceBuilder.shadow(1)
                .pairs(6_000, 6_000, 0.12)
                .groups(Quantity.CONFIDENCE_DELTA, Grouping.RUN, 375, 16, 0.12, 0.09, 0.045)
                .groups(Quantity.CONFIDENCE_DELTA, Grouping.MINUTE, 20, 300, 0.12, 0.03, 0.095);

        assertEquals(BREACHED, confidence(steady.evidence()).state());
        assertTrue(confidence(steady.evidence()).logE() > Math.log(500));
        GuardrailResult result = confidence(wandering.evidence());
        assertEquals(UNDECIDED, result.state());
        assertTrue(result.reason().contains("design effect"), result::reason);
    }

    @Test
    void arms_of_few_units_do_not_decide_on_confidence_and_their_pairs_do() {
        assertEquals(BREACHED, confidence(moreConfident(100, 50).evidence()).state());
        assertEquals(UNDECIDED, confidence(moreConfident(10, 500).evidence()).state());
        assertEquals(
                PASSED,
                confidence(moreConfident(10, 500).pairs(1_000, 1_000, 0).evidence())
                        .state());
    }

    @Test
    void slow_spells_of_an_arm_weaken_the_evidence_on_latency() {
        EvidenceBuilder steady = slower(1.5)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 312, 16, 3, 0, 0.3)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.MINUTE, 50, 100, 3, 0, 0.3);
        EvidenceBuilder spells = slower(1.5)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 312, 16, 3, 0.25, 0.3)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.MINUTE, 50, 100, 3, 0.2, 0.33);

        assertEquals(BREACHED, latency(steady.evidence()).state());
        GuardrailResult result = latency(spells.evidence());
        assertEquals(UNDECIDED, result.state());
        assertTrue(result.reason().contains("longer than could be compared so far"), result::reason);
    }

    @Test
    void a_limit_that_is_far_off_passes_although_latencies_of_a_moment_resemble_each_other() {
        EvidenceBuilder quick = EvidenceBuilder.split(1, 0.5)
                .answers(5_000, 0.6, 5_000, 0.6)
                .latencies(Variant.CONTROL, 50, 0.01)
                .latencies(Variant.TREATMENT, 50, 0.01);
        EvidenceBuilder near = slower(1.08).groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 312, 16, 3, 0.25, 0.3);
        EvidenceBuilder far = quick.groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 312, 16, -2, 0.15, 0.3);

        assertEquals(UNDECIDED, latency(near.evidence()).state());
        assertEquals(PASSED, latency(far.evidence()).state());
    }

    @Test
    void harm_that_no_spell_explains_is_found_although_requests_depend_on_each_other() {
        EvidenceBuilder fifty = slower(50)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 312, 16, 3, 0.06, 0.3)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.MINUTE, 50, 100, 3, 0.05, 0.3);

        assertEquals(BREACHED, latency(fifty.evidence()).state());
    }

    @Test
    void arms_of_few_units_do_not_decide_on_latency_and_their_pairs_do() {
        EvidenceBuilder fewUnits = slower(1.5)
                .pairedLatencies(Variant.CONTROL, 40, 1)
                .pairedLatencies(Variant.TREATMENT, 40, 0.9)
                .groups(Quantity.CONTROL_LATENCY, Grouping.UNIT, 100, 50, 3, 0, 0.3)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.UNIT, 10, 500, 3, 0, 0.3);

        GuardrailResult result = latency(fewUnits.evidence());

        assertEquals(PASSED, result.state());
        assertTrue(result.reason().contains("4,000 pairs"), result::reason);
    }

    @Test
    void sums_that_are_not_those_of_groups_decide_nothing() {
        EvidenceBuilder wrong = pairs(2_000, 1_000).groups(Quantity.AGREEMENT, Grouping.UNIT, -1, 50, 0.82, 0.17, 0.34);

        assertEquals(UNDECIDED, agreement(wrong.evidence()).state());
        assertFalse(agreement(wrong.evidence()).reason().contains("NaN"));
        assertEquals(
                UNDECIDED,
                agreement(pairs(2_000, 1_000).minutes(4, 300, 301).evidence()).state());
    }

    /** A treatment whose answers come from so many units. */
    private static EvidenceBuilder moreConfident(long units, long answersOfEach) {
        return EvidenceBuilder.split(1, 0.5)
                .answers(5_000, 0.6, 5_000, 0.8)
                .groups(Quantity.CONTROL_CONFIDENCE, Grouping.UNIT, 100, 50, 0.6, 0, SPREAD)
                .groups(Quantity.TREATMENT_CONFIDENCE, Grouping.UNIT, units, answersOfEach, 0.8, 0, SPREAD);
    }

    private static EvidenceBuilder pairs(long count, long agreeing) {
        return EvidenceBuilder.shadow(1).pairs(count, agreeing, 0);
    }

    private static EvidenceBuilder slower(double factor) {
        return EvidenceBuilder.split(1, 0.5)
                .answers(5_000, 0.6, 5_000, 0.6)
                .latencies(Variant.CONTROL, 50, 1)
                .latencies(Variant.TREATMENT, 50, factor);
    }

    private static GuardrailResult agreement(GenerationEvidence evidence) {
        return evaluate(evidence).of(GuardrailMetric.AGREEMENT);
    }

    private static GuardrailResult confidence(GenerationEvidence evidence) {
        return evaluate(evidence).of(GuardrailMetric.CONFIDENCE_DELTA);
    }

    private static GuardrailResult latency(GenerationEvidence evidence) {
        return evaluate(evidence).of(GuardrailMetric.P95_LATENCY_DELTA_MS);
    }

    private static Evaluation evaluate(GenerationEvidence evidence) {
        return GuardrailEvaluator.evaluate(new EvaluationInput(
                "t",
                1,
                evidence.configuredSplit() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                List.of(evidence)));
    }
}
