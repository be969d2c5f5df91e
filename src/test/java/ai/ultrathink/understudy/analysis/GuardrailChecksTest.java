package ai.ultrathink.understudy.analysis;

import static ai.ultrathink.understudy.analysis.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Measure;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.LatencyCount;
import ai.ultrathink.understudy.storage.ResultSums;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each guardrail in each of its states, and what must leave it undecided. */
class GuardrailChecksTest {

    @Nested
    class Agreement {

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
            Finding finding = find(pairs(500, 400), Shown.shadow(2).pairs(500, 390, 0));

            assertEquals(BREACHED, finding.state());
            assertEquals(1_000, finding.samples());
            assertEquals(0.79, finding.estimate(), 1e-12);
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
            Finding finding = find(pairs(100, 101));

            assertEquals(UNDECIDED, finding.state());
            assertNull(finding.estimate());
        }

        private Shown pairs(long count, long agreeing) {
            return Shown.shadow(1).pairs(count, agreeing, 0);
        }

        private Finding find(Shown... shown) {
            return JudgeTest.judge(shown).of(Measure.AGREEMENT);
        }

        private GuardrailState state(Shown shown) {
            return find(shown).state();
        }
    }

    @Nested
    class P95Latency {

        @Test
        void is_breached_in_a_split_when_treatment_is_surely_slower_by_more_than_the_limit() {
            Finding finding = find(split(1, 50, 1.5));

            assertEquals(BREACHED, finding.state());
            assertTrue(finding.logE() > Math.log(500), finding::toString);
            assertTrue(finding.lower() > 0, finding::toString);
        }

        @Test
        void is_passed_when_treatment_is_as_fast() {
            assertEquals(PASSED, find(split(1, 50, 0.95)).state());
        }

        @Test
        void is_undecided_when_treatment_is_slower_by_about_the_limit() {
            assertEquals(UNDECIDED, find(split(1, 50, 1.1)).state());
        }

        @Test
        void is_undecided_below_the_minimum_of_the_smaller_arm() {
            Shown lopsided = Shown.split(1, 0.1)
                    .answers(10_000, 0.6, 99, 0.6)
                    .latencies(Variant.CONTROL, 100, 1)
                    .latency(new LatencyCount(Variant.TREATMENT, 500, 99));

            assertEquals(UNDECIDED, find(lopsided).state());
            assertEquals(99, find(lopsided).samples());
        }

        @Test
        void asks_for_more_in_a_shadow_whose_arms_are_the_same_requests() {
            Finding split = find(split(1, 10, 1.5));
            Finding shadow = find(Shown.shadow(1)
                    .answers(1_000, 0.6, 1_000, 0.6)
                    .latencies(Variant.CONTROL, 10, 1)
                    .latencies(Variant.TREATMENT, 10, 1.5));

            assertEquals(split.logE() + Math.log(2), 2 * (shadow.logE() + Math.log(2)), 1e-9);
        }

        @Test
        void is_that_of_the_present_split_alone() {
            assertEquals(PASSED, find(split(1, 50, 1.5), split(2, 50, 0.95)).state());
            assertEquals(BREACHED, find(split(1, 50, 0.95), split(2, 50, 1.5)).state());
        }

        @Test
        void asks_for_more_in_each_later_split() {
            double first = find(split(1, 50, 1.5)).logE();
            double second = find(split(1, 50, 1.5), split(2, 50, 1.5)).logE();

            assertEquals(first + Math.log(2.0 / 6), second, 1e-9);
        }

        @Test
        void is_undecided_with_counts_that_cannot_be() {
            assertEquals(
                    UNDECIDED,
                    find(split(1, 50, 1.5).latency(new LatencyCount(Variant.CONTROL, 10, -1)))
                            .state());
            assertEquals(
                    UNDECIDED,
                    find(split(1, 50, 1.5).latency(new LatencyCount(Variant.CONTROL, 5_000, 1)))
                            .state());
        }

        private Shown split(long generation, long each, double slower) {
            return Shown.split(generation, 0.5)
                    .answers(100 * each, 0.6, 100 * each, 0.6)
                    .latencies(Variant.CONTROL, each, 1)
                    .latencies(Variant.TREATMENT, each, slower);
        }

        private Finding find(Shown... shown) {
            return JudgeTest.judge(shown).of(Measure.P95_LATENCY_DELTA_MS);
        }
    }

    @Nested
    class Confidence {

        @Test
        void of_pairs_is_breached_on_either_side_of_the_limit() {
            assertEquals(BREACHED, state(Shown.shadow(1).pairs(500, 500, 0.15)));
            assertEquals(BREACHED, state(Shown.shadow(1).pairs(500, 500, -0.15)));
        }

        @Test
        void of_pairs_is_passed_within_the_limit_and_undecided_at_it() {
            assertEquals(PASSED, state(Shown.shadow(1).pairs(500, 500, 0.05)));
            assertEquals(UNDECIDED, state(Shown.shadow(1).pairs(500, 500, 0.1)));
            assertEquals(UNDECIDED, state(Shown.shadow(1).pairs(500, 500, 0.11)));
        }

        @Test
        void of_a_split_compares_the_arms() {
            assertEquals(BREACHED, state(Shown.split(1, 0.5).answers(500, 0.6, 500, 0.75)));
            assertEquals(PASSED, state(Shown.split(1, 0.5).answers(500, 0.6, 500, 0.62)));
            assertEquals(UNDECIDED, state(Shown.split(1, 0.5).answers(500, 0.6, 500, 0.7)));
        }

        @Test
        void is_undecided_below_the_minimum() {
            assertEquals(UNDECIDED, state(Shown.shadow(1).pairs(99, 99, 0.9)));
            assertEquals(UNDECIDED, state(Shown.split(1, 0.5).answers(500, 0.1, 99, 0.9)));
        }

        @Test
        void is_undecided_when_a_sum_is_no_number() {
            assertEquals(UNDECIDED, state(Shown.shadow(1).pairs(new ResultSums.Pairs(500, 500, Double.NaN, 5, 0, 0))));
            assertEquals(
                    UNDECIDED,
                    state(Shown.shadow(1).pairs(new ResultSums.Pairs(500, 500, 100, Double.POSITIVE_INFINITY, 0, 0))));
            assertEquals(
                    UNDECIDED,
                    state(Shown.split(1, 0.5)
                            .answers(500, 0.6, 500, 0.9)
                            .treatment(new GenerationEvidence.Arm(
                                    500, Double.NaN, 1, 1, 1, new GenerationEvidence.Batches(0, 0, 0)))));
        }

        private GuardrailState state(Shown shown) {
            return JudgeTest.judge(shown).of(Measure.CONFIDENCE_DELTA).state();
        }
    }

    @Nested
    class SplitDeviation {

        @Test
        void is_breached_when_units_of_an_arm_are_missing() {
            assertEquals(BREACHED, find(Shown.split(1, 0.5).units(5_000, 4_000)).state());
        }

        @Test
        void is_passed_when_units_came_as_drawn() {
            assertEquals(PASSED, find(Shown.split(1, 0.5).units(10_050, 9_950)).state());
        }

        @Test
        void is_undecided_when_a_deviation_is_sure_but_small() {
            // 1 percentage point of a million units
            assertEquals(
                    UNDECIDED,
                    find(
                                    Shown.split(1, 0.01).units(985_000, 15_000),
                                    Shown.split(2, 0.5).units(1_000, 1_000))
                            .state());
            Finding finding = find(Shown.split(1, 0.5).units(490_000, 510_000));
            assertEquals(PASSED, finding.state());
            assertTrue(finding.logE() > 100, finding::toString);
        }

        @Test
        void is_undecided_below_the_minimum() {
            assertEquals(UNDECIDED, find(Shown.split(1, 0.5).units(99, 0)).state());
            assertEquals(BREACHED, find(Shown.split(1, 0.5).units(100, 0)).state());
        }

        @Test
        void multiplies_evidence_over_the_splits_of_a_ramp() {
            double first = find(Shown.split(1, 0.1).units(900, 60)).logE();
            double second = find(Shown.split(1, 0.5).units(500, 380)).logE();
            Finding both =
                    find(Shown.split(1, 0.1).units(900, 60), Shown.split(2, 0.5).units(500, 380));

            assertEquals(first + second, both.logE(), 1e-9);
            assertEquals((60 + 380 - 96 - 440) / 1840.0, both.estimate(), 1e-12);
        }

        @Test
        void of_a_late_loss_is_not_hidden_by_a_long_sound_past() {
            assertEquals(
                    BREACHED,
                    find(
                                    Shown.split(1, 0.1).units(900_000, 100_000),
                                    Shown.split(2, 0.5).units(5_000, 4_000))
                            .state());
        }

        @Test
        void at_full_split_is_certain_with_units_on_the_wrong_side_once_there_are_enough() {
            assertEquals(UNDECIDED, find(Shown.split(1, 1).units(50, 49)).state());
            Finding finding = find(Shown.split(1, 1).units(50, 950));

            assertEquals(BREACHED, finding.state());
            assertEquals(Double.MAX_VALUE, finding.logE());
            assertEquals(BREACHED, find(Shown.split(1, 0).units(950, 50)).state());
        }

        @Test
        void has_nothing_to_say_of_none_or_all_or_a_shadow() {
            assertEquals(0, find(Shown.split(1, 1).units(0, 5_000)).samples());
            assertEquals(0, find(Shown.split(1, 0).units(5_000, 0)).samples());
            assertEquals(0, find(Shown.shadow(1).units(0, 0)).samples());
        }

        private Finding find(Shown... shown) {
            return JudgeTest.judge(shown).of(Measure.SPLIT_DEVIATION);
        }
    }

    @Nested
    class ErrorRate {

        @Test
        void is_breached_when_failures_are_treatments_and_many() {
            assertEquals(
                    BREACHED,
                    find(Shown.split(1, 0.1).rows(2_700, 300).failures(0, 6)).state());
        }

        @Test
        void is_passed_when_treatment_hardly_fails() {
            assertEquals(
                    PASSED,
                    find(Shown.split(1, 0.1).rows(27_000, 3_000).failures(0, 0)).state());
        }

        @Test
        void is_undecided_when_both_arms_fail_alike() {
            assertEquals(
                    UNDECIDED,
                    find(Shown.split(1, 0.5).rows(1_000, 1_000).failures(300, 315))
                            .state());
        }

        @Test
        void is_undecided_when_treatment_surely_fails_more_often_but_rarely() {
            Finding finding = find(Shown.split(1, 0.5).rows(10_000, 10_000).failures(0, 60));

            assertTrue(finding.logE() > Math.log(500), finding::toString);
            assertEquals(
                    PASSED,
                    find(Shown.split(1, 0.5).rows(10_000, 10_000).failures(0, 40))
                            .state());
            assertEquals(
                    UNDECIDED,
                    find(Shown.split(1, 0.5).rows(10_000, 10_000).failures(0, 95))
                            .state());
        }

        @Test
        void is_undecided_below_the_minimum() {
            assertEquals(
                    UNDECIDED,
                    find(Shown.split(1, 0.1).rows(900, 99).failures(0, 99)).state());
            assertEquals(
                    BREACHED,
                    find(Shown.split(1, 0.1).rows(900, 100).failures(0, 100)).state());
        }

        @Test
        void is_measured_against_the_share_that_treatment_really_had() {
            // a busy account drew treatment: it has 60% of the requests at a split of 10%, and 60% of the failures
            Finding finding = find(Shown.split(1, 0.1).rows(4_000, 6_000).failures(200, 300));

            assertTrue(finding.logE() < 0, finding::toString);
        }

        @Test
        void multiplies_evidence_over_phases_and_takes_size_from_the_present_one() {
            double first =
                    find(Shown.split(1, 0.1).rows(900, 100).failures(0, 2)).logE();
            double second =
                    find(Shown.split(1, 0.5).rows(100, 100).failures(0, 3)).logE();
            Finding both = find(
                    Shown.split(1, 0.1).rows(900, 100).failures(0, 2),
                    Shown.split(2, 0.5).rows(100, 100).failures(0, 3));

            assertEquals(first + second, both.logE(), 1e-9);
            assertEquals(0.03, both.estimate(), 1e-12);
            assertEquals(100, both.samples());
        }

        @Test
        void of_a_shadow_counts_requests_that_just_one_model_failed() {
            assertEquals(
                    BREACHED,
                    find(Shown.shadow(1).shadows(700).shadowFailures(0, 14, 0, 0, 0))
                            .state());
            assertEquals(
                    UNDECIDED,
                    find(Shown.shadow(1).shadows(700).shadowFailures(0, 0, 200, 0, 0))
                            .state());
        }

        @Test
        void of_a_shadow_does_not_count_what_was_not_run() {
            Finding finding = find(Shown.shadow(1).shadows(1_000).shadowFailures(0, 10, 0, 300, 500));

            assertEquals(200, finding.samples());
            assertEquals(0.05, finding.estimate(), 1e-12);
        }

        @Test
        void at_full_split_is_held_against_the_limit_above_controls_past() {
            Shown past = Shown.split(1, 0.1).rows(27_000, 3_000).failures(27, 3);

            assertEquals(
                    BREACHED,
                    find(past, Shown.split(2, 1).rows(0, 5_000).failures(0, 150))
                            .state());
            assertEquals(
                    UNDECIDED,
                    find(past, Shown.split(2, 1).rows(0, 5_000).failures(0, 55)).state());
            assertEquals(
                    PASSED,
                    find(past, Shown.split(2, 1).rows(0, 5_000).failures(0, 5)).state());
        }

        @Test
        void at_full_split_without_any_control_is_held_against_the_limit() {
            assertEquals(
                    BREACHED,
                    find(Shown.split(1, 1).rows(0, 5_000).failures(0, 150)).state());
        }

        @Test
        void is_undecided_when_more_failed_than_there_were() {
            assertEquals(
                    UNDECIDED,
                    find(Shown.split(1, 0.5).rows(500, 500).failures(0, 501)).state());
            assertEquals(
                    UNDECIDED,
                    find(Shown.shadow(1).shadows(500).shadowFailures(0, 400, 0, 0, 200))
                            .state());
        }

        private Finding find(Shown... shown) {
            return JudgeTest.judge(shown).of(Measure.ERROR_RATE_DELTA);
        }
    }
}
