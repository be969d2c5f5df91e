package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.RateSequence;

/** Operations on e-values and confidence sequences that several checks share. */
final class AlphaSpending {

    private AlphaSpending() {}

    /**
     * Evidence that may use up only a part of α: the bet had that part of the stake. The result is compared with the
     * whole of α.
     */
    static EValue weigh(EValue evidence, double part) {
        return new EValue(evidence.log() + Math.log(part));
    }

    /** The mean of two e-values, which is an e-value however the two depend on each other. */
    static EValue mean(EValue one, EValue other) {
        double greater = Math.max(one.log(), other.log());
        double less = Math.min(one.log(), other.log());
        return Double.isInfinite(greater)
                ? new EValue(greater)
                : new EValue(greater + Math.log1p(Math.exp(less - greater)) - Math.log(2));
    }

    /**
     * Whether the confidence sequence of a rate lies below a value. This needs no search for the ends of the sequence.
     */
    static boolean below(Proportion seen, double value, RateSequence sequence, double alpha) {
        return value > 0
                && seen.count() > 0
                && (value >= 1 || (seen.rate() < value && excludes(seen, value, sequence, alpha)));
    }

    private static boolean excludes(Proportion seen, double value, RateSequence sequence, double alpha) {
        return new RateBet(Hypothesis.EQUAL, value, sequence.priorSuccesses(), sequence.priorFailures())
                .eValue(seen)
                .rejects(alpha);
    }
}
