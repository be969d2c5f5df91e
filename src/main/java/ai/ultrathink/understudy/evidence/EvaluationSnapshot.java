package ai.ultrathink.understudy.evidence;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation of an experiment found.
 *
 * @param generation the generation that was evaluated
 * @param reasons in words, the deciding ones first; only the first few
 * @param guardrails in the order of the metrics
 * @param rampWaitsFor what the present stage of the ramp waited for, in sentences; null unless there is a ramp in a stage
 */
public record EvaluationSnapshot(
        long generation,
        String verdict,
        List<String> reasons,
        List<GuardrailSnapshot> guardrails,
        @Nullable List<String> rampWaitsFor) {

    public EvaluationSnapshot {
        reasons = List.copyOf(reasons);
        guardrails = List.copyOf(guardrails);
        rampWaitsFor = rampWaitsFor == null ? null : List.copyOf(rampWaitsFor);
    }

    /** Whether the verdict, a state or the generation is another. */
    public boolean differs(EvaluationSnapshot other) {
        return generation != other.generation || !verdict.equals(other.verdict) || !states().equals(other.states());
    }

    /** The state of each guardrail, by its metric. */
    public Map<String, String> states() {
        return guardrails.stream()
                .collect(Collectors.toUnmodifiableMap(
                        GuardrailSnapshot::measure, GuardrailSnapshot::state, (first, second) -> first));
    }
}
