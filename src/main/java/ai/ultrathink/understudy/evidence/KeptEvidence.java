package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The largest evidence so far that a guardrail is breached. It belongs to one pair of versions, one limit and one α:
 * another one begins without evidence.
 *
 * @param metric the guardrail
 * @param controlDigest the version of control; empty where it does not matter or is unknown
 * @param treatmentDigest the version of treatment, likewise
 * @param limit the limit then
 * @param alpha the experiment's α then
 * @param logE natural logarithm of the e-value, on the scale of the guardrail's result
 * @param clearedLogE of this evidence, what a person has cleared: only what came after counts
 * @param breachedAt when it was breached, or null if it was not, or if a person has cleared it since
 * @param callersDoing whether the breach was of the callers' making, which rolls nothing back
 */
public record KeptEvidence(
        GuardrailMetric metric,
        String controlDigest,
        String treatmentDigest,
        double limit,
        double alpha,
        double logE,
        double clearedLogE,
        @Nullable Instant breachedAt,
        boolean callersDoing) {

    /** Whether a person has to clear a breach. */
    public boolean breached() {
        return breachedAt != null;
    }
}
