package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import org.junit.jupiter.api.Test;

/** What a risk officer reads. */
class GuardrailResultWriterTest {

    @Test
    void a_breach_names_figure_sample_limit_and_evidence() {
        assertEquals(
                "agreement 78% in 1,000 pairs, limit at least 85%; breached: evidence ratio 5,924,120:1 (threshold 500:1)",
                reason(GuardrailMetric.AGREEMENT, EvidenceBuilder.shadow(1).pairs(1_000, 780, 0)));
    }

    @Test
    void a_pass_names_the_interval_and_its_confidence() {
        assertEquals(
                "error rate difference 0 percentage points in 3,000 requests of treatment (treatment failed 0 of 3,000 requests, control"
                        + " 0 of 27,000), limit at most 1 percentage point; passed: 99.8% interval −0.04 to +0.322 percentage points",
                reason(
                        GuardrailMetric.ERROR_RATE_DELTA,
                        EvidenceBuilder.split(1, 0.1).rows(27_000, 3_000)));
    }

    @Test
    void too_little_says_how_much_there_is_and_how_much_is_needed() {
        assertEquals(
                "agreement is undecided: not enough data: 99 of 100 pairs",
                reason(GuardrailMetric.AGREEMENT, EvidenceBuilder.shadow(1).pairs(99, 0, 0)));
        assertEquals(
                "split deviation is undecided: no units yet",
                reason(GuardrailMetric.SPLIT_DEVIATION, EvidenceBuilder.shadow(1)));
    }

    @Test
    void figures_that_cannot_be_are_named() {
        assertEquals(
                "agreement is undecided: more pairs agree than there are",
                reason(GuardrailMetric.AGREEMENT, EvidenceBuilder.shadow(1).pairs(99, 100, 0)));
    }

    @Test
    void zero_has_no_sign_and_ratios_have_a_largest_value() {
        assertEquals("0", MetricFormat.signed(-0.0001));
        assertEquals("+0.41", MetricFormat.signed(0.41));
        assertEquals("> 10⁹:1", MetricFormat.ratio(Double.POSITIVE_INFINITY));
        assertEquals("0.37:1", MetricFormat.ratio(-1));
    }

    private static String reason(GuardrailMetric metric, EvidenceBuilder shown) {
        return GuardrailEvaluatorTest.evaluate(shown).of(metric).reason();
    }
}
