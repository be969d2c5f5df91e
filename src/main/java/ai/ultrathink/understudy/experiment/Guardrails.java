package ai.ultrathink.understudy.experiment;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Guardrails of an experiment, one for each metric, and the error probability for reporting a breach.
 *
 * @param alpha the probability, over the whole life of an experiment and all its guardrails together, that a treatment
 *     within every limit is reported as breaching one; divided evenly among the guardrails. It is also the probability that
 *     a treatment beyond one of the limits is ever reported as keeping that limit. Both hold for independent requests
 * @param each one guardrail for every metric that each experiment has, in the order of the metrics
 */
public record Guardrails(double alpha, List<Guardrail> each) {

    private static final double USUAL_ALPHA = 0.01;
    private static final long USUAL_SAMPLES = 100;
    private static final double MOST_ALPHA = 0.5;

    /** Below it, α² of a phase of an experiment with a million phases is no number any more. */
    private static final double LEAST_ALPHA = 1e-140;

    /** The default. */
    public static final Guardrails USUAL = new Guardrails(
            USUAL_ALPHA,
            List.of(
                    new Guardrail(GuardrailMetric.AGREEMENT, 0.85, USUAL_SAMPLES, null),
                    new Guardrail(GuardrailMetric.P95_LATENCY_DELTA_MS, 10, USUAL_SAMPLES, null),
                    new Guardrail(GuardrailMetric.CONFIDENCE_DELTA, 0.1, USUAL_SAMPLES, null),
                    new Guardrail(GuardrailMetric.SPLIT_DEVIATION, 0.02, USUAL_SAMPLES, null),
                    new Guardrail(GuardrailMetric.ERROR_RATE_DELTA, 0.01, USUAL_SAMPLES, null)));

    /**
     * Metrics that are not given get their default guardrail.
     *
     * @throws InvalidValueException if alpha is out of range
     */
    public Guardrails {
        if (!(alpha >= LEAST_ALPHA && alpha <= MOST_ALPHA)) {
            throw new InvalidValueException(
                    "guardrails.alpha", alpha, "a number from 1e-140 to " + MOST_ALPHA + "; 0.01 is the default");
        }
        if (each.stream().anyMatch(guardrail -> guardrail.metric() == GuardrailMetric.OUTCOME_DELTA)) {
            throw new InvalidValueException(
                    "guardrails",
                    "outcome_delta",
                    "the others; the limit of outcomes is part of the test's outcome plan");
        }
        each = complete(each);
    }

    private static List<Guardrail> complete(List<Guardrail> given) {
        Map<GuardrailMetric, Guardrail> all = new EnumMap<>(GuardrailMetric.class);
        if (given.size() < GuardrailMetric.OF_EVERY_EXPERIMENT.size()) {
            USUAL.each.forEach(usual -> all.put(usual.metric(), usual));
        }
        given.forEach(guardrail -> all.put(guardrail.metric(), guardrail));
        return all.values().stream()
                .sorted(Comparator.comparing(Guardrail::metric))
                .toList();
    }

    /** The guardrail of a metric. */
    public Guardrail of(GuardrailMetric metric) {
        return each.stream()
                .filter(guardrail -> guardrail.metric() == metric)
                .findFirst()
                .orElseThrow();
    }

    /** Each guardrail's share of {@link #alpha}. */
    public double share() {
        return alpha / each.size();
    }
}
