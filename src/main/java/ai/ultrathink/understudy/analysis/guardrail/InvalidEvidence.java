package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/**
 * A guardrail with inconsistent figures, such as a sum that is not a number, or more failures than requests. It decides
 * nothing.
 *
 * @param samples the number of samples in the evidence
 * @param flaw what is wrong with the figures
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
