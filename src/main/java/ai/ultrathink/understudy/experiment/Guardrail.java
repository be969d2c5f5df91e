package ai.ultrathink.understudy.experiment;

import org.jspecify.annotations.Nullable;

/**
 * A limit that a treatment must keep.
 *
 * @param metric what is compared
 * @param limit a minimum for agreement and outcomes, a maximum for every other metric; milliseconds for latency, a fraction
 *     otherwise
 * @param minimumSamples with fewer samples the guardrail stays undecided; agreement and latency need more
 * @param action what to do about a breach, or null for the default of the experiment's mode
 */
public record Guardrail(
        GuardrailMetric metric,
        double limit,
        long minimumSamples,
        @Nullable GuardrailAction action) {

    private static final double LONGEST_MILLIS = 60_000;
    private static final long MOST_SAMPLES = 1_000_000_000L;

    /** @throws InvalidValueException if the limit or the number of samples is out of range */
    public Guardrail {
        String field = "guardrails." + metric.wireName();
        double least = metric == GuardrailMetric.OUTCOME_DELTA ? -OutcomePlan.LARGEST_VALUE : 0;
        double most = switch (metric) {
            case P95_LATENCY_DELTA_MS -> LONGEST_MILLIS;
            case OUTCOME_DELTA -> 0;
            case AGREEMENT, CONFIDENCE_DELTA, SPLIT_DEVIATION, ERROR_RATE_DELTA -> 1;
        };
        if (!(limit >= least && limit <= most)) {
            throw new InvalidValueException(
                    field + ".limit", limit, "a number from " + (long) least + " to " + (long) most);
        }
        if (minimumSamples < 1 || minimumSamples > MOST_SAMPLES) {
            throw new InvalidValueException(field + ".minimum_samples", minimumSamples, "1 to " + MOST_SAMPLES);
        }
    }

    /** The action on a breach in a mode. */
    public GuardrailAction actionIn(Mode mode) {
        return action == null ? GuardrailAction.usual(mode) : action;
    }
}
