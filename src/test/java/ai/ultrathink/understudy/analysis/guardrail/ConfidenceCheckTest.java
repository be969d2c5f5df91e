package ai.ultrathink.understudy.analysis.guardrail;

import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.BREACHED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.PASSED;
import static ai.ultrathink.understudy.analysis.guardrail.GuardrailState.UNDECIDED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import org.junit.jupiter.api.Test;

class ConfidenceCheckTest {

    @Test
    void of_pairs_is_breached_on_either_side_of_the_limit() {
        assertEquals(BREACHED, state(EvidenceBuilder.shadow(1).pairs(500, 500, 0.15)));
        assertEquals(BREACHED, state(EvidenceBuilder.shadow(1).pairs(500, 500, -0.15)));
    }

    @Test
    void of_pairs_is_passed_within_the_limit_and_undecided_at_it() {
        assertEquals(PASSED, state(EvidenceBuilder.shadow(1).pairs(500, 500, 0.05)));
        assertEquals(UNDECIDED, state(EvidenceBuilder.shadow(1).pairs(500, 500, 0.1)));
        assertEquals(UNDECIDED, state(EvidenceBuilder.shadow(1).pairs(500, 500, 0.11)));
    }

    @Test
    void of_a_split_compares_the_arms() {
        assertEquals(BREACHED, state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.75)));
        assertEquals(PASSED, state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.62)));
        assertEquals(UNDECIDED, state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.7)));
    }

    @Test
    void of_a_split_is_decided_by_its_pairs_where_these_say_more() {
        // arms of 500 answers, whose requests differ, leave it open; the same requests do not
        assertEquals(UNDECIDED, state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.7)));
        assertEquals(
                BREACHED,
                state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.7).pairs(500, 500, 0.15)));
        assertEquals(
                PASSED,
                state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.7).pairs(500, 500, 0.05)));
        assertEquals(
                UNDECIDED,
                state(EvidenceBuilder.split(1, 0.5).answers(500, 0.6, 500, 0.7).pairs(99, 99, 0.5)));
    }

    @Test
    void is_undecided_below_the_minimum() {
        assertEquals(UNDECIDED, state(EvidenceBuilder.shadow(1).pairs(99, 99, 0.9)));
        assertEquals(UNDECIDED, state(EvidenceBuilder.split(1, 0.5).answers(500, 0.1, 99, 0.9)));
    }

    @Test
    void is_undecided_when_a_sum_is_no_number() {
        assertEquals(
                UNDECIDED, state(EvidenceBuilder.shadow(1).pairs(new ResultSums.Pairs(500, 500, Double.NaN, 5, 0, 0))));
        assertEquals(
                UNDECIDED,
                state(EvidenceBuilder.shadow(1)
                        .pairs(new ResultSums.Pairs(500, 500, 100, Double.POSITIVE_INFINITY, 0, 0))));
        assertEquals(
                UNDECIDED,
                state(EvidenceBuilder.split(1, 0.5)
                        .answers(500, 0.6, 500, 0.9)
                        .treatment(new GenerationEvidence.Arm(
                                500, Double.NaN, 1, 1, 1, new GenerationEvidence.Batches(0, 0, 0)))));
    }

    private GuardrailState state(EvidenceBuilder shown) {
        return GuardrailEvaluatorTest.evaluate(shown)
                .of(GuardrailMetric.CONFIDENCE_DELTA)
                .state();
    }
}
