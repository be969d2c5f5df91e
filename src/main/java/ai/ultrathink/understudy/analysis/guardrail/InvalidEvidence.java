package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/**
 * A guardrail whose figures cannot be: a sum that is no number, more failures than requests. It decides nothing.
 *
 * @param samples how many there claim to be
 * @param flaw what is wrong with them
 */
record InvalidEvidence(CheckParameters parameters, long samples, String flaw) implements GuardrailCheck {

    @Override
    public String counted() {
        return "samples";
    }

    @Override
    public double estimate() {
        return Double.NaN;
    }

    @Override
    public Interval interval() {
        return Interval.UNKNOWN;
    }

    @Override
    public @Nullable EValue evidence() {
        return null;
    }

    @Override
    public boolean crossed() {
        return false;
    }

    @Override
    public boolean kept() {
        return false;
    }

    @Override
    public String remark() {
        return flaw;
    }
}
