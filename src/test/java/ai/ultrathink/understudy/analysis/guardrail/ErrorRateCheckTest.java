package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.stats.Proportion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class ErrorRateCheckTest {

    @Test
    void is_breached_when_failures_are_treatments_and_many() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 0.1).rows(2_700, 300).failures(0, 15))
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
    void is_not_breached_when_treatment_surely_fails_more_often_but_within_the_limit() {
        EvidenceBuilder shown =
                EvidenceBuilder.split(1, 0.5).rows(10_000, 10_000).failures(0, 60);

        assertTrue(counts(shown).evidence().log() > Math.log(500));
        assertTrue(find(shown).logE() < 0);
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
    void is_breached_below_the_minimum_where_failures_leave_no_doubt_and_never_passed_there() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 0.1).rows(900, 40).failures(0, 40))
                        .state());
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.1).rows(900, 40).failures(0, 1)).state());
        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.1).rows(90_000, 99).failures(900, 0))
                        .state());
    }

    @Test
    void of_a_shadow_that_always_crashes_is_breached_although_the_guard_leaves_it_few_requests() {
        GuardrailResult result = find(EvidenceBuilder.shadow(1).shadows(5_000).shadowFailures(0, 36, 0, 4_964, 0));

        assertEquals(36, result.samples());
        assertEquals(BREACHED, result.state());
    }

    @Test
    void does_not_count_requests_that_the_guard_held_back_or_that_found_a_full_queue() {
        // a sound treatment on an overloaded machine: 99 timeouts opened the guard
        GuardrailResult result = find(EvidenceBuilder.split(1, 0.5)
                .rows(28_000, 28_000)
                .failures(new GenerationEvidence.Failures(0, 99 + 4_926 + 300, 0, 0, 0, 0, 99, 300, 4_926, 0)));

        assertEquals(28_000 - 4_926 - 300, result.samples());
        assertEquals(99.0 / result.samples(), result.estimate(), 1e-12);
        assertNotEquals(BREACHED, result.state());
    }

    @Test
    void counts_a_unit_at_its_first_failure() {
        // one account sends half of treatment's requests, and they fail with either model
        Block oneAccount = block(0, new Block.Arm(5_000, 5, 5), new Block.Arm(5_000, 2_505, 6));
        Block manyAccounts = block(0, new Block.Arm(5_000, 5, 5), new Block.Arm(5_000, 505, 505));

        assertEquals(
                UNDECIDED,
                find(EvidenceBuilder.split(1, 0.5)
                                .rows(5_000, 5_000)
                                .failures(5, 2_505)
                                .blocks(List.of(oneAccount)))
                        .state());
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.split(1, 0.5)
                                .rows(5_000, 5_000)
                                .failures(5, 505)
                                .blocks(List.of(manyAccounts)))
                        .state());
    }

    @Test
    void finds_a_treatment_that_begins_to_fail_after_a_long_sound_past() {
        List<Block> blocks = new ArrayList<>();
        for (int minute = 0; minute < 100; minute++) {
            blocks.add(block(minute, new Block.Arm(450, 0, 0), new Block.Arm(50, 0, 0)));
        }
        assertEquals(
                PASSED,
                find(EvidenceBuilder.split(1, 0.1)
                                .rows(45_000, 5_000)
                                .failures(0, 0)
                                .blocks(blocks))
                        .state());

        for (int minute = 100; minute < 105; minute++) {
            blocks.add(block(minute, new Block.Arm(450, 0, 0), new Block.Arm(50, 12, 12)));
        }
        GuardrailResult late = find(EvidenceBuilder.split(1, 0.1)
                .rows(47_250, 5_250)
                .failures(0, 60)
                .blocks(blocks));

        assertEquals(BREACHED, late.state());
        // of the minutes in which it failed, not of the long past
        assertEquals(0.24, late.estimate(), 1e-9);
    }

    @Test
    void counts_treatments_answers_to_controls_requests() {
        Block own = block(0, new Block.Arm(9_000, 9, 9), new Block.Arm(1_000, 28, 28));
        Block more = new Block(
                own.start(), 0, 0, own.control(), own.treatment(), 0, 0, Block.Arm.NONE, new Block.Arm(900, 25, 25));
        EvidenceBuilder shown = EvidenceBuilder.split(1, 0.1).rows(9_000, 1_000).failures(9, 28);

        double without = find(shown.blocks(List.of(own))).logE();
        double with = find(shown.blocks(List.of(more))).logE();

        assertTrue(with > without + 1, without + " and " + with);
    }

    @Test
    void compares_fractions_of_the_requests_for_which_a_model_ran() {
        EvidenceBuilder split = EvidenceBuilder.split(1, 0.5).rows(1_000, 1_000).failures(10, 10);
        EvidenceBuilder shadow = EvidenceBuilder.shadow(1).shadows(1_000).shadowFailures(6, 6, 4, 0, 0);

        FailureCounts inSplit = counts(split.asked(400, 800));
        FailureCounts inShadow = FailureCounts.of(
                new Phase(1, null, List.of(shadow.asked(400, 800).evidence())));

        assertEquals(new Proportion(10, 400), inSplit.control());
        assertEquals(new Proportion(10, 800), inSplit.treatment());
        assertEquals(new Proportion(10, 400), inShadow.control());
        assertEquals(new Proportion(10, 800), inShadow.treatment());
    }

    @Test
    void evidence_with_more_failures_than_requests_for_which_the_model_ran_is_not_sound() {
        EvidenceBuilder shown = EvidenceBuilder.split(1, 0.5).rows(1_000, 1_000).failures(10, 10);

        assertTrue(FailureCounts.sound(phase(shown.asked(10, 10))));
        assertFalse(FailureCounts.sound(phase(shown.asked(9, 10))));
        assertFalse(FailureCounts.sound(phase(shown.asked(10, 9))));
    }

    @Test
    void keeps_most_of_the_stake_for_the_whole() {
        FailureCounts counts =
                counts(EvidenceBuilder.split(1, 0.5).rows(1_000, 1_000).failures(2, 9));

        assertEquals(
                counts.evidence().log() + Math.log(0.625),
                FailureTimeline.of(List.of(counts))
                        .worse((failing, requests) -> 0)
                        .log(),
                1e-12);
    }

    private static Block block(int minute, Block.Arm control, Block.Arm treatment) {
        Instant start = Instant.parse("2026-11-28T12:00:00Z").plusSeconds(60L * minute);
        return new Block(start, 0, 0, control, treatment, 0, 0);
    }

    private static FailureCounts counts(EvidenceBuilder split) {
        return FailureCounts.of(phase(split));
    }

    private static Phase phase(EvidenceBuilder split) {
        return new Phase(1, 0.5, List.of(split.evidence()));
    }

    @Test
    void is_measured_against_the_share_that_treatment_really_had() {
        // a busy account drew treatment: it has 60% of the requests at a split of 10%, and 60% of the failures
        GuardrailResult result =
                find(EvidenceBuilder.split(1, 0.1).rows(4_000, 6_000).failures(200, 300));

        assertTrue(result.logE() < 0, result::toString);
    }

    @Test
    void gathers_evidence_over_phases_and_shows_the_present_one() {
        GuardrailResult first =
                find(EvidenceBuilder.split(1, 0.1).rows(900, 100).failures(0, 2));
        GuardrailResult both = find(
                EvidenceBuilder.split(1, 0.1).rows(900, 100).failures(0, 2),
                EvidenceBuilder.split(2, 0.5).rows(100, 100).failures(0, 3));

        assertTrue(both.logE() > first.logE(), both::toString);
        assertEquals(0.03, both.estimate(), 1e-12);
        assertEquals(100, both.samples());
    }

    @Test
    void of_a_shadow_counts_requests_that_just_one_model_failed() {
        assertEquals(
                BREACHED,
                find(EvidenceBuilder.shadow(1).shadows(700).shadowFailures(0, 28, 0, 0, 0))
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
