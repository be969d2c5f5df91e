package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Who sets the split. One for each run. */
interface Steering {

    /** What the test is created with: treatment's fraction, or null for a shadow. */
    @Nullable Double start();

    /** After each look that has not ended the run. */
    void steer(SimulatedTraffic traffic, EvaluationInput evidence, Verdict verdict);

    /** Whether there is nothing left to do. */
    default boolean finished() {
        return false;
    }

    /** Nobody, or a person who follows a plan. */
    static Steering by(LongFunction<@Nullable Double> splitAtRequest) {
        return new Steering() {
            @Override
            public @Nullable Double start() {
                return splitAtRequest.apply(0);
            }

            @Override
            public void steer(SimulatedTraffic traffic, EvaluationInput evidence, Verdict verdict) {
                traffic.configure(splitAtRequest.apply(traffic.requests()));
            }
        };
    }
}
