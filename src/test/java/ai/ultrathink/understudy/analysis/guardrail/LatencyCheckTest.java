package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Variant;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class LatencyCheckTest {

    @Test
    void is_breached_in_a_split_when_treatment_is_surely_slower_by_more_than_the_limit() {
        GuardrailResult result = find(split(1, 50, 1.5));

        assertEquals(BREACHED, result.state());
        assertTrue(result.logE() > Math.log(500), result::toString);
        assertTrue(result.lower() > 0, result::toString);
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
        EvidenceBuilder lopsided = EvidenceBuilder.split(1, 0.1)
                .answers(10_000, 0.6, 99, 0.6)
                .latencies(Variant.CONTROL, 100, 1)
                .latency(new LatencyCount(Variant.TREATMENT, 500, 99));

        assertEquals(UNDECIDED, find(lopsided).state());
        assertEquals(99, find(lopsided).samples());
    }

    @Test
    void asks_for_more_in_a_shadow_whose_arms_are_the_same_requests() {
        GuardrailResult split = find(split(1, 10, 1.5));
        GuardrailResult shadow = find(EvidenceBuilder.shadow(1)
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

    private EvidenceBuilder split(long generation, long each, double slower) {
        return EvidenceBuilder.split(generation, 0.5 / generation)
                .answers(100 * each, 0.6, 100 * each, 0.6)
                .latencies(Variant.CONTROL, each, 1)
                .latencies(Variant.TREATMENT, each, slower);
    }

    private GuardrailResult find(EvidenceBuilder... shown) {
        return GuardrailEvaluatorTest.evaluate(shown).of(GuardrailMetric.P95_LATENCY_DELTA_MS);
    }
}
