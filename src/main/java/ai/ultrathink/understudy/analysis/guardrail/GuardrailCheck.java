package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/**
 * One guardrail held against the evidence. A breach needs both size, what was seen lies beyond the limit, and significance, luck is
 * ruled out at every look together; so neither a trifle that is certain nor a shock that is not rolls a test back.
 */
sealed interface GuardrailCheck
        permits AgreementCheck, ConfidenceCheck, ErrorRateCheck, LatencyCheck, SplitDeviationCheck, InvalidEvidence {

    CheckParameters parameters();

    /** What the guardrail's minimum is compared with. */
    long samples();

    /** What the samples are, in the plural: "pairs". */
    String counted();

    /** Of the measure; NaN without data. */
    double estimate();

    /** Values that the data leave; both ends may be infinite. Needs searching, so it is computed only for those who read it. */
    Interval interval();

    /** Against the limit's being kept; null where the interval alone decides. */
    @Nullable EValue evidence();

    /** Whether the limit is crossed, by size and with significance. */
    boolean crossed();

    /** Whether the limit is kept, with significance. */
    boolean kept();

    /** Where samples come from, for one who has none; may be empty. */
    default String wanted() {
        return "";
    }

    /** More to say about what was seen, such as how much of it is noise; may be empty. */
    default String remark() {
        return "";
    }

    /** Whether there is less than the guardrail asks for. */
    default boolean tooFew() {
        return samples() < parameters().guardrail().minimumSamples();
    }
}
