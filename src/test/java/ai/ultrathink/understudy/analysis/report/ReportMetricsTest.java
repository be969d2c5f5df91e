package ai.ultrathink.understudy.analysis.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.EvidenceBuilder;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluatorTest;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class ReportMetricsTest {

    @Test
    void without_evidence_every_figure_is_there_and_has_no_value() {
        ReportMetrics figures = ReportMetrics.of(new EvaluationInput("t", 1, Mode.SHADOW, Guardrails.USUAL, List.of()));

        assertEquals(0.95, figures.confidence());
        assertEquals(23, figures.each().size());
        for (ReportMetric figure : figures.each()) {
            assertNull(figure.estimate(), figure::name);
            assertNull(figure.lower(), figure::name);
            assertNull(figure.logE(), figure::name);
            assertNull(figure.pValue(), figure::name);
            assertEquals(0, figure.samples(), figure::name);
        }
    }

    @Test
    void a_few_requests_that_are_all_alike_give_an_estimate_and_no_certainty() {
        EvaluationInput few = GuardrailEvaluatorTest.of(EvidenceBuilder.split(1, 0.5)
                .assigned(2, 2, 0)
                .units(2, 2)
                .rows(2, 2)
                .answers(2, 0.7, 2, 0.7));
        EvaluationInput pairs = GuardrailEvaluatorTest.of(
                EvidenceBuilder.shadow(1).assigned(0, 0, 4).shadows(4).pairs(new ResultSums.Pairs(4, 4, 0, 0, 4, 4)));

        for (EvaluationInput evidence : List.of(few, pairs)) {
            for (ReportMetric figure : ReportMetrics.of(evidence).each()) {
                assertTrue(
                        figure.lower() == null || figure.lower() < figure.upper(),
                        () -> figure.name() + " is from " + figure.lower() + " to " + figure.upper());
                assertTrue(
                        figure.pValue() == null || figure.pValue() > 0.05,
                        () -> figure.name() + " p " + figure.pValue());
            }
        }
        assertEquals(0, figure(few, "confidence_delta_unpaired").estimate());
        assertNull(figure(few, "sample_ratio_assigned").lower());
    }

    @Test
    void names_are_unique() {
        List<String> names =
                ReportMetrics.of(GuardrailEvaluatorTest.of(GuardrailEvaluatorTest.soundShadow(1))).each().stream()
                        .map(ReportMetric::name)
                        .toList();

        assertEquals(names.size(), names.stream().distinct().count());
    }

    @Test
    void sample_ratios_are_held_against_the_split_of_their_time() {
        EvaluationInput evidence = GuardrailEvaluatorTest.of(
                EvidenceBuilder.split(1, 0.1).assigned(900, 100, 0).units(900, 60),
                EvidenceBuilder.split(2, 0.5).assigned(500, 500, 0).units(500, 480));

        ReportMetric assigned = figure(evidence, "sample_ratio_assigned");
        assertEquals(600.0 / 2_000, assigned.expected(), 1e-12);
        assertEquals(600.0 / 2_000, assigned.estimate(), 1e-12);
        assertEquals(1, assigned.pValue());
        ReportMetric stored = figure(evidence, "sample_ratio_stored");
        assertEquals((96 + 490) / 1_940.0, stored.expected(), 1e-12);
        assertEquals(540 / 1_940.0, stored.estimate(), 1e-12);
        assertEquals(1_400, stored.controlSamples());
        assertEquals(540, stored.treatmentSamples());
    }

    @Test
    void lost_rows_are_those_assigned_that_were_not_stored() {
        EvaluationInput evidence = GuardrailEvaluatorTest.of(
                EvidenceBuilder.split(1, 0.5).assigned(1_000, 1_000, 0).rows(1_000, 900));

        assertEquals(0, figure(evidence, "lost_rows_control").estimate());
        assertEquals(0.1, figure(evidence, "lost_rows_treatment").estimate(), 1e-12);
        ReportMetric delta = figure(evidence, "lost_rows_delta");
        assertEquals(0.1, delta.estimate(), 1e-12);
        assertTrue(delta.pValue() < 1e-6, delta::toString);
    }

    @Test
    void rows_that_no_tally_knows_of_are_not_lost() {
        EvaluationInput evidence = GuardrailEvaluatorTest.of(
                EvidenceBuilder.split(1, 0.5).assigned(1_000, 1_000, 0).rows(1_100, 1_000));

        assertEquals(0, figure(evidence, "lost_rows_control").estimate());
    }

    @Test
    void disagreement_beyond_noise_is_what_control_does_not_have_with_itself() {
        EvaluationInput evidence = GuardrailEvaluatorTest.of(
                EvidenceBuilder.shadow(1).pairs(1_000, 900, 0).noise(200, 190));

        assertEquals(0.9, figure(evidence, "agreement").estimate(), 1e-12);
        assertEquals(0.95, figure(evidence, "noise_agreement").estimate(), 1e-12);
        ReportMetric beyond = figure(evidence, "disagreement_beyond_noise");
        assertEquals(0.05, beyond.estimate(), 1e-12);
        assertTrue(beyond.lower() < 0.05 && 0.05 < beyond.upper(), beyond::toString);
    }

    @Test
    void latency_by_minute_has_an_interval_from_ten_minutes_on() {
        assertNull(figure(minutes(9), "latency_delta_ms_by_minute").lower());
        ReportMetric ten = figure(minutes(10), "latency_delta_ms_by_minute");

        assertEquals(3, ten.estimate(), 1e-9);
        assertNotNull(ten.lower());
        assertEquals(10, ten.controlSamples());
    }

    /** Minutes whose means lie around 20 ms in control and around 23 in treatment. */
    private static EvaluationInput minutes(long count) {
        GenerationEvidence evidence =
                EvidenceBuilder.split(1, 0.5).answers(100, 0.6, 100, 0.6).evidence();
        return new EvaluationInput(
                "t",
                1,
                Mode.TRAFFIC_SPLIT,
                Guardrails.USUAL,
                List.of(new GenerationEvidence(
                        1,
                        0.5,
                        evidence.assigned(),
                        evidence.stored(),
                        evidence.units(),
                        evidence.failures(),
                        arm(count, 20),
                        arm(count, 23),
                        evidence.pairs(),
                        evidence.noise(),
                        evidence.latencies())));
    }

    private static GenerationEvidence.Arm arm(long minutes, double mean) {
        return new GenerationEvidence.Arm(
                100,
                60,
                37,
                100 * mean,
                100 * (mean * mean + 4),
                new GenerationEvidence.Batches(minutes, minutes * mean, minutes * (mean * mean + 1)));
    }

    @Test
    void sums_that_are_no_numbers_leave_their_figure_empty_and_no_other() {
        EvaluationInput evidence = GuardrailEvaluatorTest.of(
                EvidenceBuilder.shadow(1).pairs(new ResultSums.Pairs(1_000, 950, Double.NaN, 1, 100, 200)));

        assertNull(figure(evidence, "confidence_delta_paired").estimate());
        assertNotNull(figure(evidence, "agreement").estimate());
        assertNotNull(figure(evidence, "latency_delta_ms_by_request").estimate());
    }

    @Test
    void failures_are_told_apart_by_their_kind() {
        EvaluationInput evidence = GuardrailEvaluatorTest.of(
                EvidenceBuilder.split(1, 0.5).rows(1_000, 1_000).failures(10, 30));

        assertEquals(0.01, figure(evidence, "control_failure_rate").estimate(), 1e-12);
        assertEquals(0.03, figure(evidence, "treatment_failure_rate").estimate(), 1e-12);
        assertEquals(0.03, figure(evidence, "treatment_error_rate").estimate(), 1e-12);
        assertEquals(0, figure(evidence, "treatment_timeout_rate").estimate());
        assertEquals(0.03, figure(evidence, "treatment_fallback_rate").estimate(), 1e-12);
        assertNull(figure(evidence, "shedding_rate").estimate());
        ReportMetric delta = figure(evidence, "failure_rate_delta");
        assertEquals(0.02, delta.estimate(), 1e-12);
        assertTrue(delta.pValue() < 0.1, delta::toString);
    }

    private static ReportMetric figure(EvaluationInput evidence, String name) {
        return ReportMetrics.of(evidence).each().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
