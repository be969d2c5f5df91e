package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
public class GuardrailEvaluatorTest {

    @Test
    void without_evidence_nothing_is_decided() {
        for (Mode mode : Mode.values()) {
            Evaluation evaluation =
                    GuardrailEvaluator.evaluate(new EvaluationInput("t", 1, mode, Guardrails.USUAL, List.of()));

            assertEquals(Verdict.INSUFFICIENT_DATA, evaluation.verdict());
            assertEquals(
                    GuardrailMetric.OF_EVERY_EXPERIMENT.size(),
                    evaluation.results().size());
            for (GuardrailResult result : evaluation.results()) {
                assertEquals(GuardrailState.UNDECIDED, result.state());
                assertEquals(0, result.samples());
                assertNull(result.estimate());
                assertNull(result.lower());
                assertNull(result.logE());
            }
        }
    }

    @Test
    void a_generation_without_rows_decides_nothing() {
        assertEquals(
                Verdict.INSUFFICIENT_DATA,
                evaluate(EvidenceBuilder.shadow(1), EvidenceBuilder.split(2, 0.1))
                        .verdict());
    }

    @Test
    void a_shadow_that_keeps_every_limit_is_to_be_promoted() {
        Evaluation evaluation = evaluate(soundShadow(1));

        assertEquals(Verdict.PROMOTE, evaluation.verdict());
        assertEquals(
                GuardrailState.UNDECIDED,
                evaluation.of(GuardrailMetric.SPLIT_DEVIATION).state());
        assertEquals(false, evaluation.of(GuardrailMetric.SPLIT_DEVIATION).required());
        assertEquals(4, evaluation.reasons().size());
    }

    @Test
    void a_split_that_keeps_every_limit_is_to_be_promoted() {
        Evaluation evaluation = evaluate(soundSplit(1, 0.5));

        assertEquals(Verdict.PROMOTE, evaluation.verdict());
        assertEquals(true, evaluation.of(GuardrailMetric.AGREEMENT).required());
    }

    @Test
    void a_split_without_pairs_is_never_promoted_and_the_reason_says_what_to_do() {
        Evaluation evaluation = evaluate(soundSplit(1, 0.5).pairs(0, 0, 0));

        assertEquals(Verdict.INSUFFICIENT_DATA, evaluation.verdict());
        assertEquals(
                List.of("agreement is undecided: no pairs yet; pairs come from a shadow, or from a split with"
                        + " \"pairs\" above 0"),
                evaluation.reasons());
    }

    @Test
    void a_split_whose_pairs_disagree_is_rolled_back_however_sound_its_arms_are() {
        Evaluation evaluation = evaluate(soundSplit(1, 0.5).pairs(300, 210, 0.01));

        assertEquals(Verdict.ROLL_BACK, evaluation.verdict());
        assertEquals(List.of(evaluation.of(GuardrailMetric.AGREEMENT).reason()), evaluation.reasons());
    }

    @Test
    void pairs_of_shadows_and_of_splits_count_together() {
        Evaluation evaluation = evaluate(soundShadow(1), soundSplit(2, 0.1), soundSplit(3, 0.5));

        assertEquals(
                5_000 + 1_000 + 1_000, evaluation.of(GuardrailMetric.AGREEMENT).samples());
    }

    @Test
    void what_another_version_has_shown_decides_nothing() {
        Evaluation swapped = evaluate(
                soundShadow(1).of("c1", "t1"),
                soundSplit(2, 0.5).of("c1", "t1"),
                EvidenceBuilder.split(3, 0.5).rows(10, 10).of("c1", "t2"));

        assertEquals(Verdict.INSUFFICIENT_DATA, swapped.verdict());
        assertEquals(0, swapped.of(GuardrailMetric.AGREEMENT).samples());
        assertEquals(0, swapped.of(GuardrailMetric.P95_LATENCY_DELTA_MS).samples());
        // how units are drawn does not depend on the models
        assertEquals(20_000, swapped.of(GuardrailMetric.SPLIT_DEVIATION).samples());
    }

    @Test
    void a_version_of_which_nothing_was_seen_yet_is_not_judged_by_the_one_before() {
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5).of("c1", "t1"), EvidenceBuilder.split(2, 0.5).of("c1", "t2"));

        assertEquals(Verdict.INSUFFICIENT_DATA, evaluation.verdict());
    }

    @Test
    void a_version_that_comes_back_has_what_it_has_shown_before() {
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5).of("c1", "t1"),
                soundSplit(2, 0.5).pairs(1_000, 500, 0).of("c1", "t2"),
                EvidenceBuilder.split(3, 0.5).rows(10, 10).of("c1", "t1"));

        assertEquals(1_000, evaluation.of(GuardrailMetric.AGREEMENT).samples());
        assertEquals(
                GuardrailState.PASSED, evaluation.of(GuardrailMetric.AGREEMENT).state());
    }

    @Test
    void a_control_that_was_replaced_is_another_test_as_well() {
        Evaluation evaluation =
                evaluate(soundSplit(1, 0.5).of("c1", "t1"), soundSplit(2, 0.5).of("c2", "t1"));

        assertEquals(1_000, evaluation.of(GuardrailMetric.AGREEMENT).samples());
    }

    @Test
    void an_upgrade_of_the_service_changes_no_model() {
        Evaluation first = evaluate(soundShadow(1), soundSplit(2, 0.5).of("c1", "t1"));
        Evaluation later = evaluate(
                soundShadow(1),
                soundSplit(2, 0.5).of("c1", "t1"),
                soundSplit(3, 0.5).of("c1", "t2"));

        assertEquals(6_000, first.of(GuardrailMetric.AGREEMENT).samples());
        assertEquals(1_000, later.of(GuardrailMetric.AGREEMENT).samples());
    }

    @Test
    void a_generation_with_two_versions_is_one_phase_of_the_later_one() {
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5).pairs(1_000, 400, 0).of("c1", "t1"),
                soundSplit(1, 0.5).of("c1", "t2"));

        assertEquals(Verdict.PROMOTE, evaluation.verdict());
        assertEquals(10_000, evaluation.of(GuardrailMetric.P95_LATENCY_DELTA_MS).samples());
    }

    @Test
    void what_was_stored_before_and_after_an_upgrade_in_one_generation_is_one_phase() {
        Evaluation evaluation = evaluate(soundSplit(1, 0.5), soundSplit(1, 0.5).of("c1", "t1"));

        assertEquals(2_000, evaluation.of(GuardrailMetric.AGREEMENT).samples());
        assertEquals(20_000, evaluation.of(GuardrailMetric.P95_LATENCY_DELTA_MS).samples());
    }

    @Test
    void a_disabled_test_is_judged_by_what_it_has_shown_before() {
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5), EvidenceBuilder.split(2, 0.5).rows(50, 50).withheld(50));

        assertEquals(Verdict.PROMOTE, evaluation.verdict());
    }

    @Test
    void after_a_rollback_the_report_shows_what_led_to_it_although_control_is_asked_on() {
        EvidenceBuilder bad = soundSplit(1, 0.5).pairs(1_000, 500, 0);
        // the experiment is disabled, and callers still name it: those of control, and those of treatment that control
        // answers
        Evaluation named =
                evaluate(bad, EvidenceBuilder.split(2, 0.5).rows(4, 0).units(4, 0));
        Evaluation withheld = evaluate(
                bad, EvidenceBuilder.split(2, 0.5).rows(40, 30).units(4, 3).withheld(30));

        assertEquals(Verdict.ROLL_BACK, named.verdict());
        assertEquals(Verdict.ROLL_BACK, withheld.verdict());
        assertEquals(evaluate(bad).results().getFirst(), named.results().getFirst());
    }

    @Test
    void an_edit_that_leaves_split_and_models_alone_begins_nothing_anew() {
        EvidenceBuilder[] edited = new EvidenceBuilder[10];
        for (int generation = 1; generation <= 10; generation++) {
            edited[generation - 1] = EvidenceBuilder.split(generation, 0.5)
                    .rows(1_000, 1_000)
                    .units(1_000, 1_000)
                    .pairs(100, 95, 0.01)
                    .answers(1_000, 0.6, 1_000, 0.61)
                    .latencies(Variant.CONTROL, 10, 0.1)
                    .latencies(Variant.TREATMENT, 10, 0.1)
                    .of("c1", "t1");
        }
        Phases phases = Phases.of(of(edited));

        assertEquals(1, phases.all().size());
        assertEquals(0.5, phases.all().getFirst().share());
        assertEquals(
                10_000,
                evaluate(edited).of(GuardrailMetric.P95_LATENCY_DELTA_MS).samples());
        assertEquals(Verdict.PROMOTE, evaluate(edited).verdict());
    }

    @Test
    void another_split_begins_a_phase_and_so_does_a_return_to_the_first() {
        Phases phases = Phases.of(of(
                soundSplit(1, 0.1),
                soundSplit(2, 0.1),
                soundSplit(3, 0.5),
                soundShadow(4),
                soundSplit(5, 0.1),
                soundShadow(6)));

        assertEquals(4, phases.all().size());
        assertEquals(
                List.of(2, 1, 2, 1),
                phases.all().stream().map(phase -> phase.generations().size()).toList());
        // a generation of other versions between two of the present ones does not part them
        assertEquals(
                1,
                Phases.of(of(
                                soundSplit(1, 0.5).of("c1", "t1"),
                                soundSplit(2, 0.5).of("c1", "t2"),
                                soundSplit(3, 0.5).of("c1", "t1")))
                        .all()
                        .size());
    }

    @Test
    void a_guardrail_passes_at_the_whole_of_alpha_because_a_promotion_needs_all_of_them() {
        EvidenceBuilder shown = EvidenceBuilder.split(1, 0.5).rows(800, 800).failures(0, 0);

        assertEquals(
                GuardrailState.PASSED,
                evaluate(shown).of(GuardrailMetric.ERROR_RATE_DELTA).state());
        assertTrue(evaluate(shown).of(GuardrailMetric.ERROR_RATE_DELTA).upper() > 0.01);
    }

    @Test
    void a_fenced_interval_is_not_held_against_the_treatment() {
        GuardrailResult result =
                evaluate(soundSplit(1, 0.5).failures(0, 30).withheld(9_000)).of(GuardrailMetric.ERROR_RATE_DELTA);

        assertEquals(1_000, result.samples());
        assertEquals(0.03, result.estimate(), 1e-12);
    }

    @Test
    void a_breach_comes_before_what_is_missing() {
        Evaluation evaluation =
                evaluate(EvidenceBuilder.shadow(1).shadows(1_000).pairs(1_000, 500, 0));

        assertEquals(Verdict.ROLL_BACK, evaluation.verdict());
        assertEquals(List.of(evaluation.of(GuardrailMetric.AGREEMENT).reason()), evaluation.reasons());
    }

    @Test
    void a_breach_counts_in_a_test_that_does_not_require_the_guardrail() {
        Evaluation evaluation =
                evaluate(EvidenceBuilder.shadow(1).shadows(1_000).pairs(1_000, 500, 0), soundSplit(2, 0.5));

        assertEquals(Verdict.ROLL_BACK, evaluation.verdict());
    }

    @Test
    void what_is_missing_comes_before_what_is_undecided() {
        Evaluation evaluation =
                evaluate(EvidenceBuilder.shadow(1).shadows(1_000).pairs(1_000, 860, 0));

        assertEquals(
                GuardrailState.UNDECIDED,
                evaluation.of(GuardrailMetric.AGREEMENT).state());
        assertEquals(Verdict.INSUFFICIENT_DATA, evaluation.verdict());
        assertEquals(
                List.of("P95 latency difference is undecided: no answers of the smaller arm yet"),
                evaluation.reasons());
    }

    @Test
    void one_undecided_guardrail_keeps_a_test_running() {
        Evaluation evaluation = evaluate(soundShadow(1).pairs(5_000, 4_260, 0.01));

        assertEquals(Verdict.KEEP_RUNNING, evaluation.verdict());
        assertEquals(List.of(evaluation.of(GuardrailMetric.AGREEMENT).reason()), evaluation.reasons());
    }

    @Test
    void a_guardrail_that_only_alerts_still_says_roll_back() {
        Guardrails alerting = new Guardrails(
                0.01, List.of(new Guardrail(GuardrailMetric.AGREEMENT, 0.85, 100, GuardrailAction.ALERT)));

        assertEquals(
                Verdict.ROLL_BACK,
                GuardrailEvaluator.evaluate(new EvaluationInput(
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
                evaluate(soundSplit(1, 0.5).pairs(99, 99, 0)).verdict());
        assertEquals(
                Verdict.KEEP_RUNNING,
                evaluate(soundSplit(1, 0.5).pairs(100, 90, 0)).verdict());
        assertEquals(Verdict.PROMOTE, evaluate(soundSplit(1, 0.5)).verdict());
    }

    @Test
    void a_test_of_which_the_present_configuration_has_no_rows_is_judged_by_its_last() {
        EvaluationInput disabledSince = new EvaluationInput(
                "t",
                9,
                Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                List.of(soundSplit(1, 0.5).evidence()));

        assertEquals(Verdict.PROMOTE, GuardrailEvaluator.evaluate(disabledSince).verdict());
    }

    @Test
    void at_full_split_the_last_phase_with_both_arms_is_compared() {
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5), EvidenceBuilder.split(2, 1).rows(0, 5_000).units(0, 5_000));

        assertEquals(Verdict.PROMOTE, evaluation.verdict());
        assertEquals(10_000, evaluation.of(GuardrailMetric.P95_LATENCY_DELTA_MS).samples());
        assertEquals(5_000, evaluation.of(GuardrailMetric.ERROR_RATE_DELTA).samples());
    }

    @Test
    void at_full_split_a_treatment_that_grows_slow_is_seen_in_the_pairs() {
        Evaluation early = evaluate(soundSplit(1, 0.5), slowPairs(1));
        Evaluation later = evaluate(soundSplit(1, 0.5), slowPairs(10));

        assertEquals(
                GuardrailState.UNDECIDED,
                early.of(GuardrailMetric.P95_LATENCY_DELTA_MS).state());
        assertEquals(Verdict.KEEP_RUNNING, early.verdict());
        assertEquals(
                GuardrailState.BREACHED,
                later.of(GuardrailMetric.P95_LATENCY_DELTA_MS).state());
        assertEquals(1_000, later.of(GuardrailMetric.P95_LATENCY_DELTA_MS).samples());
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
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5),
                fullSplit(2)
                        .pairs(500, 475, -0.25)
                        .pairedLatencies(Variant.CONTROL, 5, 0.1)
                        .pairedLatencies(Variant.TREATMENT, 5, 0.1));

        assertEquals(
                GuardrailState.BREACHED,
                evaluation.of(GuardrailMetric.CONFIDENCE_DELTA).state());
        assertEquals(Verdict.ROLL_BACK, evaluation.verdict());
    }

    @Test
    void at_full_split_a_treatment_that_begins_to_fail_is_held_against_control_in_the_pairs() {
        EvidenceBuilder sound = fullSplit(2).pairs(500, 475, 0.01);

        assertEquals(
                GuardrailState.BREACHED,
                evaluate(soundSplit(1, 0.5), sound.failures(0, 300).paired(500, 0, 30))
                        .of(GuardrailMetric.ERROR_RATE_DELTA)
                        .state());
        // an outage that both suffer from
        assertNotEquals(
                GuardrailState.BREACHED,
                evaluate(soundSplit(1, 0.5), sound.failures(0, 300).paired(500, 30, 30))
                        .of(GuardrailMetric.ERROR_RATE_DELTA)
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

        assertEquals(
                Verdict.INSUFFICIENT_DATA, evaluate(soundSplit(1, 0.5), few).verdict());
        assertEquals(Verdict.PROMOTE, evaluate(soundSplit(1, 0.5), enough).verdict());
    }

    private static EvidenceBuilder fullSplit(long generation) {
        return EvidenceBuilder.split(generation, 1)
                .rows(0, 5_000)
                .units(0, 5_000)
                .paired(500, 0, 0);
    }

    @Test
    void at_no_split_the_last_phase_with_both_arms_is_compared() {
        Evaluation evaluation = evaluate(
                soundSplit(1, 0.5), EvidenceBuilder.split(2, 0).rows(5_000, 0).units(5_000, 0));

        assertEquals(Verdict.PROMOTE, evaluation.verdict());
        assertEquals(20_000, evaluation.of(GuardrailMetric.SPLIT_DEVIATION).samples());
    }

    @Test
    void every_finding_has_its_share_of_alpha_and_figures() {
        Evaluation evaluation = evaluate(soundShadow(1), soundSplit(2, 0.5));

        for (GuardrailResult result : evaluation.results()) {
            assertEquals(0.002, result.alpha(), 1e-12);
            assertNotNull(result.estimate());
            assertTrue(result.lower() <= result.estimate() && result.estimate() <= result.upper(), result::toString);
            assertTrue(result.reason().contains("limit"), result::reason);
        }
    }

    static Evaluation evaluate(EvidenceBuilder... generations) {
        return GuardrailEvaluator.evaluate(of(generations));
    }

    /** A case at the last of the generations. */
    public static EvaluationInput of(EvidenceBuilder... generations) {
        List<GenerationEvidence> evidence =
                Stream.of(generations).map(EvidenceBuilder::evidence).toList();
        GenerationEvidence last = evidence.getLast();
        return new EvaluationInput(
                "t",
                last.generation(),
                last.configuredSplit() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                evidence);
    }

    public static EvidenceBuilder soundShadow(long generation) {
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
