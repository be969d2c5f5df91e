package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a guardrail compares. A delta is treatment minus control. */
public enum GuardrailMetric {
    /** The fraction of pairs for which both models chose the same action. The limit is a minimum. */
    AGREEMENT,
    /** The difference of the 95th percentiles of the forward passes, in milliseconds. */
    P95_LATENCY_DELTA_MS,
    /** The absolute difference of the mean confidences. */
    CONFIDENCE_DELTA,
    /** The absolute difference between the fraction of units in treatment and the configured split. */
    SPLIT_DEVIATION,
    /** The difference of the failure rates. */
    ERROR_RATE_DELTA,
    /**
     * The mean difference of what the models earned per block of time. The limit is a minimum and at most 0. It is part of the
     * experiment's {@link OutcomePlan}, with an α of its own.
     */
    OUTCOME_DELTA;

    /** The metrics that every experiment has, which share the experiment's α. */
    public static final List<GuardrailMetric> OF_EVERY_EXPERIMENT =
            Arrays.stream(values()).filter(metric -> metric != OUTCOME_DELTA).toList();

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in metric labels, such as {@code p95_latency_delta_ms}. */
    public String wireName() {
        return wireName;
    }

    /** Whether values are differences, which are shown with a sign. */
    public boolean difference() {
        return this != AGREEMENT;
    }

    /** The metric with this name, if there is one. */
    public static Optional<GuardrailMetric> find(String wireName) {
        return Arrays.stream(values())
                .filter(metric -> metric.wireName.equals(wireName))
                .findFirst();
    }
}
