package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the evidence about outcomes is kept: beside versions, limit and α it belongs to the generation that last changed positions,
 * cost, clip, block or horizon. The key has no column for that, so it is written behind the digests.
 */
final class OutcomeMemory {

    private static final String SINCE = "@";

    private OutcomeMemory() {}

    /** The key, without evidence. */
    static KeptEvidence none(OutcomePlan plan, PresentVersions.Digests present, long since) {
        return new KeptEvidence(
                GuardrailMetric.OUTCOME_DELTA,
                present.control() + SINCE + since,
                present.treatment() + SINCE + since,
                plan.limit(),
                plan.alpha(),
                0,
                0,
                null,
                false);
    }

    /** What is kept where the blocks could not be read, and so not since when they count: the newest. A breach stays one. */
    static @Nullable KeptEvidence newest(List<KeptEvidence> kept, OutcomePlan plan, PresentVersions.Digests present) {
        return kept.stream()
                .filter(each -> each.metric() == GuardrailMetric.OUTCOME_DELTA
                        && each.limit() == plan.limit()
                        && each.alpha() == plan.alpha()
                        && each.controlDigest().startsWith(present.control() + SINCE)
                        && each.treatmentDigest().startsWith(present.treatment() + SINCE))
                .max(Comparator.comparingLong(OutcomeMemory::since))
                .orElse(null);
    }

    private static long since(KeptEvidence kept) {
        String digits = kept.controlDigest().substring(kept.controlDigest().indexOf(SINCE) + 1);
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
    }
}
