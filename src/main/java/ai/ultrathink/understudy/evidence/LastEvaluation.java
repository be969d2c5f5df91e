package ai.ultrathink.understudy.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest point in the history of an experiment, without its figures.
 *
 * @param time when it was stored
 * @param generation the generation that was evaluated
 * @param reason the first of its reasons
 * @param states the state of each guardrail, by its metric
 * @param rampWaitsFor what the stage of a ramp waited for, in sentences; null unless there was one
 */
public record LastEvaluation(
        Instant time,
        long generation,
        String verdict,
        @Nullable String reason,
        Map<String, String> states,
        @Nullable List<String> rampWaitsFor) {

    public LastEvaluation {
        states = Map.copyOf(states);
        rampWaitsFor = rampWaitsFor == null ? null : List.copyOf(rampWaitsFor);
    }
}
