package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The minimums of samples that a result shows are those that the check applies. */
class MinimumSamplesTest {

    @Test
    void agreement_needs_more_pairs_to_pass_than_to_be_breached() {
        GuardrailResult agreement =
                evaluate(Guardrails.USUAL, List.of(pairs(300))).of(GuardrailMetric.AGREEMENT);

        assertMinimums(1_490, 5_000, agreement);
    }

    @Test
    void so_it_does_before_there_is_any_pair() {
        Evaluation evaluation = evaluate(Guardrails.USUAL, List.of());

        assertMinimums(1_490, 5_000, evaluation.of(GuardrailMetric.AGREEMENT));
        assertMinimums(1_500, 1_500, evaluation.of(GuardrailMetric.P95_LATENCY_DELTA_MS));
    }

    @Test
    void latency_needs_more_answers_than_the_experiment_asks_for() {
        Evaluation evaluation = evaluate(Guardrails.USUAL, List.of(answers()));

        assertMinimums(1_500, 1_500, evaluation.of(GuardrailMetric.P95_LATENCY_DELTA_MS));
    }

    @Test
    void the_other_guardrails_need_what_the_experiment_asks_for() {
        Evaluation evaluation = evaluate(Guardrails.USUAL, List.of(answers()));

        for (GuardrailMetric metric : List.of(
                GuardrailMetric.CONFIDENCE_DELTA, GuardrailMetric.SPLIT_DEVIATION, GuardrailMetric.ERROR_RATE_DELTA)) {
            assertMinimums(100, 100, evaluation.of(metric));
        }
    }

    @Test
    void an_experiment_that_asks_for_more_gets_it_everywhere() {
        Evaluation evaluation = evaluate(asking(7_000), List.of(pairs(300)));

        evaluation.results().forEach(result -> assertMinimums(7_000, 7_000, result));
        assertTrue(evaluation.of(GuardrailMetric.AGREEMENT).reason().contains("300 of 7,000 pairs"));
    }

    @Test
    void evidence_of_earlier_decisions_is_decided_from_what_the_experiment_asked_for() {
        GenerationEvidence unordered =
                EvidenceBuilder.shadow(1).pairs(300, 285, 0).evidence();

        assertMinimums(100, 100, evaluate(Guardrails.USUAL, List.of(unordered)).of(GuardrailMetric.AGREEMENT));
    }

    @Test
    void an_interval_is_shown_from_what_the_experiment_asks_for() {
        GuardrailResult agreement =
                evaluate(Guardrails.USUAL, List.of(pairs(300))).of(GuardrailMetric.AGREEMENT);

        assertNotNull(agreement.shownLower());
    }

    private static void assertMinimums(long toDecide, long toPass, GuardrailResult result) {
        assertEquals(toDecide, result.minimumSamples(), result::toString);
        assertEquals(toPass, result.minimumToPass(), result::toString);
    }

    private static GenerationEvidence pairs(long count) {
        return EvidenceBuilder.shadow(1)
                .shadows(count)
                .pairs(count, count, 0)
                .minutes(1, count, count)
                .evidence();
    }

    private static GenerationEvidence answers() {
        return EvidenceBuilder.split(1, 0.5)
                .rows(700, 700)
                .units(700, 700)
                .answers(700, 0.6, 700, 0.6)
                .latencies(Variant.CONTROL, 7, 1)
                .latencies(Variant.TREATMENT, 7, 1)
                .groups(Quantity.CONTROL_LATENCY, Grouping.RUN, 44, 16, 3, 0, 0.3)
                .groups(Quantity.TREATMENT_LATENCY, Grouping.RUN, 44, 16, 3, 0, 0.3)
                .evidence();
    }

    private static Guardrails asking(long minimum) {
        return new Guardrails(
                Guardrails.USUAL.alpha(),
                GuardrailMetric.OF_EVERY_EXPERIMENT.stream()
                        .map(metric -> new Guardrail(
                                metric, Guardrails.USUAL.of(metric).limit(), minimum, null))
                        .toList());
    }

    private static Evaluation evaluate(Guardrails guardrails, List<GenerationEvidence> evidence) {
        Mode mode =
                evidence.stream().anyMatch(each -> each.configuredSplit() != null) ? Mode.TRAFFIC_SPLIT : Mode.SHADOW;
        return GuardrailEvaluator.evaluate(new EvaluationInput("t", 1, mode, guardrails, evidence));
    }
}
