package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class GuardrailResultTest {

    private static final Guardrail LIMIT = Guardrails.USUAL.of(GuardrailMetric.AGREEMENT);

    @Test
    void the_p_value_is_the_inverse_of_the_e_value_and_at_most_1() {
        assertEquals(0.002, result(LIMIT.minimumSamples(), Math.log(500)).shownPValue(), 1e-12);
        assertEquals(1, result(LIMIT.minimumSamples(), 0.0).shownPValue());
        assertEquals(1, result(LIMIT.minimumSamples(), -3.0).shownPValue());
        assertEquals(0, result(LIMIT.minimumSamples(), Double.MAX_VALUE).shownPValue());
    }

    @Test
    void there_is_no_p_value_without_evidence_or_below_the_minimum_of_samples() {
        assertNull(result(LIMIT.minimumSamples(), null).shownPValue());
        assertNull(result(LIMIT.minimumSamples() - 1, 3.0).shownPValue());
    }

    private static GuardrailResult result(long samples, @Nullable Double logE) {
        return new GuardrailResult(
                LIMIT,
                GuardrailState.UNDECIDED,
                true,
                0.01,
                samples,
                1_490,
                5_000,
                0.9,
                null,
                null,
                logE,
                "a reason",
                false);
    }
}
