package ai.ultrathink.understudy.evidence;

import org.jspecify.annotations.Nullable;

/**
 * What one evaluation found of one guardrail, as the report shows it.
 *
 * @param measure the guardrail metric
 * @param state passed, breached or undecided
 * @param limit in the unit of the metric
 * @param estimate of the metric; null without data
 * @param lower end of the confidence sequence; null where it is open or not shown yet
 * @param upper likewise
 * @param logE natural logarithm of the e-value; null where there is none
 * @param threshold the logarithm from which that is enough for a breach
 */
public record GuardrailSnapshot(
        String measure,
        String state,
        double limit,
        long samples,
        @Nullable Double estimate,
        @Nullable Double lower,
        @Nullable Double upper,
        @Nullable Double logE,
        double threshold) {}
