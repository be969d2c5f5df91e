package ai.ultrathink.understudy.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
                judge(Shown.shadow(1), Shown.split(2, 0.1)).verdict());
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
        assertEquals(false, judgement.of(Measure.AGREEMENT).required());
    }

    @Test
    void a_breach_comes_before_what_is_missing() {
        Judgement judgement = judge(Shown.shadow(1).shadows(1_000).pairs(1_000, 500, 0));

        assertEquals(Verdict.ROLL_BACK, judgement.verdict());
        assertEquals(List.of(judgement.of(Measure.AGREEMENT).reason()), judgement.reasons());
    }

    @Test
    void a_breach_counts_in_a_test_that_does_not_require_the_guardrail() {
        Judgement judgement = judge(Shown.shadow(1).shadows(1_000).pairs(1_000, 500, 0), soundSplit(2, 0.5));

        assertEquals(Verdict.ROLL_BACK, judgement.verdict());
    }

    @Test
    void what_is_missing_comes_before_what_is_undecided() {
        Judgement judgement = judge(Shown.shadow(1).shadows(1_000).pairs(1_000, 860, 0));

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
                                List.of(Shown.shadow(1)
                                        .shadows(1_000)
                                        .pairs(1_000, 500, 0)
                                        .evidence())))
                        .verdict());
    }

    @Test
    void a_short_rehearsal_is_not_required_of_a_split_and_a_long_one_is() {
        assertEquals(
                Verdict.PROMOTE,
                judge(Shown.shadow(1).shadows(99).pairs(99, 90, 0), soundSplit(2, 0.5))
                        .verdict());
        assertEquals(
                Verdict.KEEP_RUNNING,
                judge(Shown.shadow(1).shadows(100).pairs(100, 90, 0), soundSplit(2, 0.5))
                        .verdict());
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
        Judgement judgement =
                judge(soundSplit(1, 0.5), Shown.split(2, 1).rows(0, 5_000).units(0, 5_000));

        assertEquals(Verdict.PROMOTE, judgement.verdict());
        assertEquals(10_000, judgement.of(Measure.P95_LATENCY_DELTA_MS).samples());
        assertEquals(5_000, judgement.of(Measure.ERROR_RATE_DELTA).samples());
    }

    @Test
    void at_no_split_the_last_phase_with_both_arms_is_compared() {
        Judgement judgement =
                judge(soundSplit(1, 0.5), Shown.split(2, 0).rows(5_000, 0).units(5_000, 0));

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

    static Judgement judge(Shown... generations) {
        return Judge.judge(of(generations));
    }

    /** A case at the last of the generations. */
    static Case of(Shown... generations) {
        List<GenerationEvidence> evidence =
                Stream.of(generations).map(Shown::evidence).toList();
        GenerationEvidence last = evidence.getLast();
        return new Case(
                "t",
                last.generation(),
                last.configuredSplit() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                evidence);
    }

    static Shown soundShadow(long generation) {
        return Shown.shadow(generation)
                .shadows(5_000)
                .pairs(5_000, 4_750, 0.01)
                .answers(5_000, 0.6, 5_000, 0.61)
                .latencies(Variant.CONTROL, 50, 0.1)
                .latencies(Variant.TREATMENT, 50, 0.1);
    }

    static Shown soundSplit(long generation, double split) {
        long treatment = Math.round(20_000 * split);
        return Shown.split(generation, split)
                .assigned(20_000 - treatment, treatment, 0)
                .rows(20_000 - treatment, treatment)
                .units(20_000 - treatment, treatment)
                .answers(20_000 - treatment, 0.6, treatment, 0.61)
                .latencies(Variant.CONTROL, (20_000 - treatment) / 100, 0.1)
                .latencies(Variant.TREATMENT, treatment / 100, 0.1);
    }
}
