package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.function.ToLongFunction;

/** What is true in a scenario, and so what would be wrong to say. */
sealed interface Expectation {

    /** Every limit is kept: a roll-back is wrong. */
    record Kept() implements Expectation {}

    /** A limit is reached exactly, or the traffic is not as it should be: a roll-back is wrong, and so is "promote". */
    record AtLimit() implements Expectation {}

    /** There is too little to say anything: every verdict but "insufficient data" is wrong. */
    record Silence() implements Expectation {}

    /** Every limit is kept, and a ramp reaches its end. */
    record Finish() implements Expectation {}

    /**
     * A limit is broken. A roll-back before that or for another reason is wrong. So is "promote", unless the limit is broken late: then
     * it takes a while to tell.
     *
     * @param metric the guardrail that is breached
     * @param from the request from which on it is
     * @param samples what is counted until it is found, such as pairs
     * @param counted their name, in the plural
     * @param sought whether it must be found within the run
     * @param excused whether "promote" may be said until it is found
     */
    record Broken(
            GuardrailMetric metric,
            long from,
            ToLongFunction<SimulatedTraffic> samples,
            String counted,
            boolean sought,
            boolean excused)
            implements Expectation {

        /** From the first request on, and to be found. */
        static Broken always(GuardrailMetric metric, ToLongFunction<SimulatedTraffic> samples, String counted) {
            return new Broken(metric, 0, samples, counted, true, false);
        }

        /** After so many requests. */
        static Broken late(
                GuardrailMetric metric, long from, ToLongFunction<SimulatedTraffic> samples, String counted) {
            return new Broken(metric, from, samples, counted, true, true);
        }

        Broken unsought() {
            return new Broken(metric, from, samples, counted, false, excused);
        }

        Broken inexcusably() {
            return new Broken(metric, from, samples, counted, sought, false);
        }
    }

    /** Whether "promote" is wrong after so many requests. */
    default boolean forbidsPromotion(long requests) {
        return switch (this) {
            case Kept kept -> false;
            case Finish finish -> false;
            case AtLimit limit -> true;
            case Silence silence -> true;
            case Broken broken -> !broken.excused() && requests > broken.from();
        };
    }
}
