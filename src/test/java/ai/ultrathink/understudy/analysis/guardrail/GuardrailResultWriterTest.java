package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import org.junit.jupiter.api.Test;

/** What a risk officer reads. */
class GuardrailResultWriterTest {

    @Test
    void a_breach_names_figure_sample_limit_and_evidence() {
        assertEquals(
                "agreement 78% in 1,000 pairs, limit at least 85%; breached: evidence of 5,924,120 to 1, where 500 to 1 would do",
                reason(GuardrailMetric.AGREEMENT, EvidenceBuilder.shadow(1).pairs(1_000, 780, 0)));
    }

    @Test
    void a_pass_names_what_the_data_leave() {
        assertEquals(
                "error rate difference 0 percentage points in 3,000 requests of treatment (treatment failed 0 of 3,000 requests, control"
                        + " 0 of 27,000), limit at most 1 percentage points; passed: the data leave -0.04 percentage points to +0.322"
                        + " percentage points",
                reason(
                        GuardrailMetric.ERROR_RATE_DELTA,
                        EvidenceBuilder.split(1, 0.1).rows(27_000, 3_000)));
    }

    @Test
    void too_little_says_how_much_there_is_and_how_much_is_needed() {
        assertEquals(
                "agreement is undecided: there are 99 pairs, 100 are needed",
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
    void numbers_have_no_sign_where_they_are_nothing_and_odds_an_end() {
        assertEquals("0", MetricFormat.signed(-0.0001));
        assertEquals("+0.41", MetricFormat.signed(0.41));
        assertEquals("more than 1,000,000,000 to 1", MetricFormat.odds(Double.POSITIVE_INFINITY));
        assertEquals("0.37 to 1", MetricFormat.odds(-1));
    }

    private static String reason(GuardrailMetric metric, EvidenceBuilder shown) {
        return GuardrailEvaluatorTest.judge(shown).of(metric).reason();
    }
}
