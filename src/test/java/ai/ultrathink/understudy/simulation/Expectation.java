package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.function.ToLongFunction;

/** What should come of a scenario. */
sealed interface Expectation {

    /** No rollback. */
    record Harmless() implements Expectation {}

    /** No verdict but "insufficient data", whatever the little data say. */
    record Silence() implements Expectation {}

    /** A ramp reaches its end. */
    record Finish() implements Expectation {}

    /**
     * A rollback for this reason.
     *
     * @param metric the guardrail that is breached
     * @param from the request from which on it is
     * @param samples what is counted until it is found, such as pairs
     * @param counted their name, in the plural
     */
    record Rollback(GuardrailMetric metric, long from, ToLongFunction<SimulatedTraffic> samples, String counted)
            implements Expectation {}
}
