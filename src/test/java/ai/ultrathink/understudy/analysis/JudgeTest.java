package ai.ultrathink.understudy.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Measure;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Remedy;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class JudgeTest {

    @Test
    void without_evidence_nothing_is_decided() {
        for (Mode mode : Mode.values()) {
            Judgement judgement = Judge.judge(new Case("t", 1, mode, Guardrails.USUAL, List.of()));

            assertEquals(Verdict.INSUFFICIENT_DATA, judgement.verdict());
            assertEquals(Measure.values().length, judgement.findings().size());
            for (Finding finding : judgement.findings()) {
                assertEquals(GuardrailState.UNDECIDED, finding.state());
                assertEquals(0, finding.samples());
                assertNull(finding.estimate());
                assertNull(finding.lower());
                assertNull(finding.logE());
            }
        }
    }

    @Test
    void a_generation_without_rows_decides_nothing() {
        assertEquals(
                Verdict.INSUFFICIENT_DATA,
                judge(EvidenceBuilder.shadow(1), EvidenceBuilder.split(2, 0.1)).verdict());
    }

    @Test
    void a_shadow_that_keeps_every_limit_is_to_be_promoted() {
        Judgement judgement = judge(soundShadow(1));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
        assertEquals(
                GuardrailState.UNDECIDED, judgement.of(Measure.SPLIT_DEVIATION).state());
        assertEquals(false, judgement.of(Measure.SPLIT_DEVIATION).required());
        assertEquals(4, judgement.reasons().size());
    }

    @Test
    void a_split_that_keeps_every_limit_is_to_be_promoted() {
        Judgement judgement = judge(soundSplit(1, 0.5));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
        assertEquals(true, judgement.of(Measure.AGREEMENT).required());
    }

    @Test
    void a_split_without_pairs_is_never_promoted_and_the_reason_says_what_to_do() {
        Judgement judgement = judge(soundSplit(1, 0.5).pairs(0, 0, 0));

        assertEquals(Verdict.INSUFFICIENT_DATA, judgement.verdict());
        assertEquals(
                List.of("agreement is undecided: no pairs yet; a shadow brings pairs, and so does a split with"
                        + " \"pairs\" above 0"),
                judgement.reasons());
    }

    @Test
    void a_split_whose_pairs_disagree_is_rolled_back_however_sound_its_arms_are() {
        Judgement judgement = judge(soundSplit(1, 0.5).pairs(300, 210, 0.01));

        assertEquals(Verdict.ROLL_BACK, judgement.verdict());
        assertEquals(List.of(judgement.of(Measure.AGREEMENT).reason()), judgement.reasons());
    }

    @Test
    void pairs_of_shadows_and_of_splits_count_together() {
        Judgement judgement = judge(soundShadow(1), soundSplit(2, 0.1), soundSplit(3, 0.5));

        assertEquals(5_000 + 1_000 + 1_000, judgement.of(Measure.AGREEMENT).samples());
    }

    @Test
    void what_another_version_has_shown_decides_nothing() {
        Judgement swapped = judge(
                soundShadow(1).of("c1", "t1"),
                soundSplit(2, 0.5).of("c1", "t1"),
                EvidenceBuilder.split(3, 0.5).rows(10, 10).of("c1", "t2"));

        assertEquals(Verdict.INSUFFICIENT_DATA, swapped.verdict());
        assertEquals(0, swapped.of(Measure.AGREEMENT).samples());
        assertEquals(0, swapped.of(Measure.P95_LATENCY_DELTA_MS).samples());
        // how units are drawn does not depend on the models
        assertEquals(20_000, swapped.of(Measure.SPLIT_DEVIATION).samples());
    }

    @Test
    void a_version_of_which_nothing_was_seen_yet_is_not_judged_by_the_one_before() {
        Judgement judgement = judge(
                soundSplit(1, 0.5).of("c1", "t1"), EvidenceBuilder.split(2, 0.5).of("c1", "t2"));

        assertEquals(Verdict.INSUFFICIENT_DATA, judgement.verdict());
    }

    @Test
    void a_version_that_comes_back_has_what_it_has_shown_before() {
        Judgement judgement = judge(
                soundSplit(1, 0.5).of("c1", "t1"),
                soundSplit(2, 0.5).pairs(1_000, 500, 0).of("c1", "t2"),
                EvidenceBuilder.split(3, 0.5).rows(10, 10).of("c1", "t1"));

        assertEquals(1_000, judgement.of(Measure.AGREEMENT).samples());
        assertEquals(GuardrailState.PASSED, judgement.of(Measure.AGREEMENT).state());
    }

    @Test
    void a_control_that_was_replaced_is_another_test_as_well() {
        Judgement judgement =
                judge(soundSplit(1, 0.5).of("c1", "t1"), soundSplit(2, 0.5).of("c2", "t1"));

        assertEquals(1_000, judgement.of(Measure.AGREEMENT).samples());
    }

    @Test
    void an_upgrade_of_the_service_changes_no_model() {
        Judgement first = judge(soundShadow(1), soundSplit(2, 0.5).of("c1", "t1"));
        Judgement later = judge(
                soundShadow(1),
                soundSplit(2, 0.5).of("c1", "t1"),
                soundSplit(3, 0.5).of("c1", "t2"));

        assertEquals(6_000, first.of(Measure.AGREEMENT).samples());
        assertEquals(1_000, later.of(Measure.AGREEMENT).samples());
    }

    @Test
    void a_generation_with_two_versions_is_one_phase_of_the_later_one() {
        Judgement judgement = judge(
                soundSplit(1, 0.5).pairs(1_000, 400, 0).of("c1", "t1"),
                soundSplit(1, 0.5).of("c1", "t2"));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
        assertEquals(10_000, judgement.of(Measure.P95_LATENCY_DELTA_MS).samples());
    }

    @Test
    void what_was_stored_before_and_after_an_upgrade_in_one_generation_is_one_phase() {
        Judgement judgement = judge(soundSplit(1, 0.5), soundSplit(1, 0.5).of("c1", "t1"));

        assertEquals(2_000, judgement.of(Measure.AGREEMENT).samples());
        assertEquals(20_000, judgement.of(Measure.P95_LATENCY_DELTA_MS).samples());
    }

    @Test
    void a_disabled_test_is_judged_by_what_it_has_shown_before() {
        Judgement judgement = judge(
                soundSplit(1, 0.5), EvidenceBuilder.split(2, 0.5).rows(50, 50).withheld(50));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
    }

    @Test
    void a_fenced_interval_is_not_held_against_the_treatment() {
        Finding finding =
                judge(soundSplit(1, 0.5).failures(0, 30).withheld(9_000)).of(Measure.ERROR_RATE_DELTA);

        assertEquals(1_000, finding.samples());
        assertEquals(0.03, finding.estimate(), 1e-12);
    }

    @Test
    void a_breach_comes_before_what_is_missing() {
        Judgement judgement = judge(EvidenceBuilder.shadow(1).shadows(1_000).pairs(1_000, 500, 0));

        assertEquals(Verdict.ROLL_BACK, judgement.verdict());
        assertEquals(List.of(judgement.of(Measure.AGREEMENT).reason()), judgement.reasons());
    }

    @Test
    void a_breach_counts_in_a_test_that_does_not_require_the_guardrail() {
        Judgement judgement = judge(EvidenceBuilder.shadow(1).shadows(1_000).pairs(1_000, 500, 0), soundSplit(2, 0.5));

        assertEquals(Verdict.ROLL_BACK, judgement.verdict());
    }

    @Test
    void what_is_missing_comes_before_what_is_undecided() {
        Judgement judgement = judge(EvidenceBuilder.shadow(1).shadows(1_000).pairs(1_000, 860, 0));

        assertEquals(GuardrailState.UNDECIDED, judgement.of(Measure.AGREEMENT).state());
        assertEquals(Verdict.INSUFFICIENT_DATA, judgement.verdict());
        assertEquals(
                List.of("P95 latency difference is undecided: no answers of the smaller arm yet"), judgement.reasons());
    }

    @Test
    void one_undecided_guardrail_keeps_a_test_running() {
        Judgement judgement = judge(soundShadow(1).pairs(5_000, 4_260, 0.01));

        assertEquals(Verdict.KEEP_RUNNING, judgement.verdict());
        assertEquals(List.of(judgement.of(Measure.AGREEMENT).reason()), judgement.reasons());
    }

    @Test
    void a_guardrail_that_only_alerts_still_says_roll_back() {
        Guardrails alerting = new Guardrails(0.01, List.of(new Guardrail(Measure.AGREEMENT, 0.85, 100, Remedy.ALERT)));

        assertEquals(
                Verdict.ROLL_BACK,
                Judge.judge(new Case(
                                "t",
                                1,
                                Mode.SHADOW,
                                alerting,
                                List.of(EvidenceBuilder.shadow(1)
                                        .shadows(1_000)
                                        .pairs(1_000, 500, 0)
                                        .evidence())))
                        .verdict());
    }

    @Test
    void agreement_is_required_of_every_test() {
        assertEquals(
                Verdict.INSUFFICIENT_DATA,
                judge(soundSplit(1, 0.5).pairs(99, 99, 0)).verdict());
        assertEquals(
                Verdict.KEEP_RUNNING,
                judge(soundSplit(1, 0.5).pairs(100, 90, 0)).verdict());
        assertEquals(Verdict.PROMOTE, judge(soundSplit(1, 0.5)).verdict());
    }

    @Test
    void a_test_of_which_the_present_configuration_has_no_rows_is_judged_by_its_last() {
        Case disabledSince = new Case(
                "t",
                9,
                Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                List.of(soundSplit(1, 0.5).evidence()));

        assertEquals(Verdict.PROMOTE, Judge.judge(disabledSince).verdict());
    }

    @Test
    void at_full_split_the_last_phase_with_both_arms_is_compared() {
        Judgement judgement = judge(
                soundSplit(1, 0.5), EvidenceBuilder.split(2, 1).rows(0, 5_000).units(0, 5_000));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
        assertEquals(10_000, judgement.of(Measure.P95_LATENCY_DELTA_MS).samples());
        assertEquals(5_000, judgement.of(Measure.ERROR_RATE_DELTA).samples());
    }

    @Test
    void at_full_split_a_treatment_that_grows_slow_is_seen_in_the_pairs() {
        Judgement early = judge(soundSplit(1, 0.5), slowPairs(1));
        Judgement later = judge(soundSplit(1, 0.5), slowPairs(10));

        assertEquals(
                GuardrailState.UNDECIDED, early.of(Measure.P95_LATENCY_DELTA_MS).state());
        assertEquals(Verdict.KEEP_RUNNING, early.verdict());
        assertEquals(
                GuardrailState.BREACHED, later.of(Measure.P95_LATENCY_DELTA_MS).state());
        assertEquals(1_000, later.of(Measure.P95_LATENCY_DELTA_MS).samples());
        assertEquals(Verdict.ROLL_BACK, later.verdict());
    }

    /** Fifty times as slow in the pairs alone. */
    private static EvidenceBuilder slowPairs(long each) {
        return fullSplit(2)
                .pairs(100 * each, 95 * each, 0.01)
                .pairedLatencies(Variant.CONTROL, each, 0.1)
                .pairedLatencies(Variant.TREATMENT, each, 5);
    }

    @Test
    void at_full_split_a_treatment_that_grows_unsure_is_seen_in_the_pairs() {
        Judgement judgement = judge(
                soundSplit(1, 0.5),
                fullSplit(2)
                        .pairs(500, 475, -0.25)
                        .pairedLatencies(Variant.CONTROL, 5, 0.1)
                        .pairedLatencies(Variant.TREATMENT, 5, 0.1));

        assertEquals(
                GuardrailState.BREACHED, judgement.of(Measure.CONFIDENCE_DELTA).state());
        assertEquals(Verdict.ROLL_BACK, judgement.verdict());
    }

    @Test
    void at_full_split_a_treatment_that_begins_to_fail_is_held_against_control_in_the_pairs() {
        EvidenceBuilder sound = fullSplit(2).pairs(500, 475, 0.01);

        assertEquals(
                GuardrailState.BREACHED,
                judge(soundSplit(1, 0.5), sound.failures(0, 150).paired(500, 0, 15))
                        .of(Measure.ERROR_RATE_DELTA)
                        .state());
        // an outage that both suffer from
        assertNotEquals(
                GuardrailState.BREACHED,
                judge(soundSplit(1, 0.5), sound.failures(0, 150).paired(500, 15, 15))
                        .of(Measure.ERROR_RATE_DELTA)
                        .state());
    }

    @Test
    void at_full_split_nothing_is_promoted_before_there_are_pairs_enough_and_then_it_is() {
        EvidenceBuilder few = fullSplit(2)
                .pairs(99, 99, 0.01)
                .pairedLatencies(Variant.CONTROL, 1, 0.1)
                .pairedLatencies(Variant.TREATMENT, 1, 0.1);
        EvidenceBuilder enough = fullSplit(2)
                .pairs(500, 490, 0.01)
                .pairedLatencies(Variant.CONTROL, 5, 0.1)
                .pairedLatencies(Variant.TREATMENT, 5, 0.1);

        assertEquals(Verdict.INSUFFICIENT_DATA, judge(soundSplit(1, 0.5), few).verdict());
        assertEquals(Verdict.PROMOTE, judge(soundSplit(1, 0.5), enough).verdict());
    }

    private static EvidenceBuilder fullSplit(long generation) {
        return EvidenceBuilder.split(generation, 1)
                .rows(0, 5_000)
                .units(0, 5_000)
                .paired(500, 0, 0);
    }

    @Test
    void at_no_split_the_last_phase_with_both_arms_is_compared() {
        Judgement judgement = judge(
                soundSplit(1, 0.5), EvidenceBuilder.split(2, 0).rows(5_000, 0).units(5_000, 0));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
        assertEquals(20_000, judgement.of(Measure.SPLIT_DEVIATION).samples());
    }

    @Test
    void every_finding_has_its_share_of_alpha_and_figures() {
        Judgement judgement = judge(soundShadow(1), soundSplit(2, 0.5));

        for (Finding finding : judgement.findings()) {
            assertEquals(0.002, finding.alpha(), 1e-12);
            assertNotNull(finding.estimate());
            assertTrue(
                    finding.lower() <= finding.estimate() && finding.estimate() <= finding.upper(), finding::toString);
            assertTrue(finding.reason().contains("limit"), finding::reason);
        }
    }

    static Judgement judge(EvidenceBuilder... generations) {
        return Judge.judge(of(generations));
    }

    /** A case at the last of the generations. */
    static Case of(EvidenceBuilder... generations) {
        List<GenerationEvidence> evidence =
                Stream.of(generations).map(EvidenceBuilder::evidence).toList();
        GenerationEvidence last = evidence.getLast();
        return new Case(
                "t",
                last.generation(),
                last.configuredSplit() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                evidence);
    }

    static EvidenceBuilder soundShadow(long generation) {
        return EvidenceBuilder.shadow(generation)
                .shadows(5_000)
                .pairs(5_000, 4_750, 0.01)
                .answers(5_000, 0.6, 5_000, 0.61)
                .latencies(Variant.CONTROL, 50, 0.1)
                .latencies(Variant.TREATMENT, 50, 0.1);
    }

    static EvidenceBuilder soundSplit(long generation, double split) {
        long treatment = Math.round(20_000 * split);
        return EvidenceBuilder.split(generation, split)
                .assigned(20_000 - treatment, treatment, 0)
                .rows(20_000 - treatment, treatment)
                .units(20_000 - treatment, treatment)
                .pairs(1_000, 950, 0.01)
                .answers(20_000 - treatment, 0.6, treatment, 0.61)
                .latencies(Variant.CONTROL, (20_000 - treatment) / 100, 0.1)
                .latencies(Variant.TREATMENT, treatment / 100, 0.1);
    }
}
