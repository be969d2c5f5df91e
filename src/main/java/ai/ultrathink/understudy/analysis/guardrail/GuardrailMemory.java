package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of earlier evaluations. Evidence that once reached its threshold has rejected the hypothesis for good
 * (Ville's inequality), so a breach stands until a person clears it, although later data may look better.
 */
public final class GuardrailMemory {

    /** Evidence that grew by less is not written again: a tenth of a natural logarithm is an e-value 1.1 times as large. */
    private static final double WORTH_WRITING = 0.1;

    private GuardrailMemory() {}

    /** What is kept of a guardrail with its present limit, of the present versions. */
    static @Nullable KeptEvidence of(EvaluationInput input, GuardrailMetric metric) {
        OutcomePlan plan = input.outcome();
        if (metric == GuardrailMetric.OUTCOME_DELTA
                && plan != null
                && input.outcomes().problem() != null) {
            return OutcomeMemory.newest(
                    input.kept(), plan, PresentVersions.of(input.evidence()).last());
        }
        KeptEvidence none = none(input, metric);
        return input.kept().stream()
                .filter(kept -> same(kept, none))
                .findFirst()
                .orElse(null);
    }

    private static boolean same(KeptEvidence one, KeptEvidence other) {
        return one.metric() == other.metric()
                && one.controlDigest().equals(other.controlDigest())
                && one.treatmentDigest().equals(other.treatmentDigest())
                && one.limit() == other.limit()
                && one.alpha() == other.alpha();
    }

    /** How units are drawn does not depend on the versions of the models. */
    private static KeptEvidence none(EvaluationInput input, GuardrailMetric metric) {
        OutcomePlan plan = input.outcome();
        PresentVersions.Digests present = PresentVersions.of(input.evidence()).last();
        if (metric == GuardrailMetric.OUTCOME_DELTA && plan != null) {
            return OutcomeMemory.none(plan, present, input.outcomes().since());
        }
        Guardrail guardrail = input.guardrails().of(metric);
        boolean versioned = metric != GuardrailMetric.SPLIT_DEVIATION;
        return new KeptEvidence(
                metric,
                versioned ? present.control() : "",
                versioned ? present.treatment() : "",
                guardrail.limit(),
                input.guardrails().alpha(),
                0,
                0,
                null,
                false);
    }

    /**
     * What an evaluation adds: evidence that is larger than what was kept, and new breaches. Mostly nothing.
     *
     * @param now when it was evaluated
     */
    public static List<KeptEvidence> worthKeeping(EvaluationInput input, Evaluation evaluation, Instant now) {
        List<KeptEvidence> added = new ArrayList<>();
        for (GuardrailResult result : evaluation.results()) {
            GuardrailMetric metric = result.guardrail().metric();
            KeptEvidence before = of(input, metric);
            KeptEvidence kept = before == null ? none(input, metric) : before;
            double logE = result.logE() == null ? 0 : result.logE();
            boolean begins = result.state() == GuardrailState.BREACHED && !kept.breached();
            boolean changes = kept.breached() && kept.callersDoing() && !result.callersDoing();
            if (begins || changes || logE >= kept.logE() + WORTH_WRITING) {
                added.add(new KeptEvidence(
                        metric,
                        kept.controlDigest(),
                        kept.treatmentDigest(),
                        kept.limit(),
                        kept.alpha(),
                        Math.max(kept.logE(), logE),
                        kept.clearedLogE(),
                        begins ? now : kept.breachedAt(),
                        begins ? result.callersDoing() : kept.callersDoing() && !changes));
            }
        }
        return added;
    }
}
