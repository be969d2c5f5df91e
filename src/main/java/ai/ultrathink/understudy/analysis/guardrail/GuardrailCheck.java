package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/**
 * One guardrail compared with the evidence. A breach needs both size (the estimate lies beyond the limit) and
 * significance (chance is ruled out over all looks together), so neither a small difference that is certain nor a large
 * one that is not rolls an experiment back.
 */
sealed interface GuardrailCheck
        permits AgreementCheck,
                ConfidenceCheck,
                ErrorRateCheck,
                LatencyCheck,
                SplitDeviationCheck,
                OutcomeCheck,
                InvalidEvidence {

    CheckParameters parameters();

    /** Number of samples, which is compared with the guardrail's minimum. */
    long samples();

    /** Unit of the samples, in the plural, such as "pairs". */
    String counted();

    /** Estimate of the metric; NaN without data. */
    double estimate();

    /**
     * Confidence interval of the metric; both ends may be infinite. Finding it needs a search, so it is computed only
     * for readers.
     */
    Interval interval();

    /** Evidence against "the limit is kept"; null where the interval alone decides. */
    @Nullable EValue evidence();

    /** Whether the limit is crossed, by size and with significance. */
    boolean crossed();

    /** Whether the limit is kept, with significance. */
    boolean kept();

    /** Where samples come from, for a reader who has none; may be empty. */
    default String wanted() {
        return "";
    }

    /** Details of the estimate, such as how much of it is noise; may be empty. */
    default String remark() {
        return "";
    }

    /** Samples from which anything is decided: the guardrail's minimum or, where requests may depend on each other, more. */
    default long minimum() {
        return parameters().guardrail().minimumSamples();
    }

    /** Samples from which the limit may be shown to be kept. */
    default long minimumToPass() {
        return minimum();
    }

    /**
     * Whether nothing can be said yet because requests depend on each other over longer times than could be compared.
     */
    default boolean held() {
        return false;
    }

    /**
     * Whether a breach is of the callers' making, such as the choice of unit ids. Then it is reported, and stands in the
     * way of a promotion, but rolls nothing back.
     */
    default boolean callersDoing() {
        return false;
    }

    /** Whether a breach counts below the minimum of samples: a treatment that always crashes gets few. */
    default boolean breachedEarly() {
        return false;
    }

    /** Whether there are too few samples. */
    default boolean tooFew() {
        return samples() < minimum() || held();
    }
}
