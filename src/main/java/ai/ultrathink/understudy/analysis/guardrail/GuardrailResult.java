package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.stats.EValue;
import org.jspecify.annotations.Nullable;

/**
 * Result of one guardrail.
 *
 * @param guardrail the limit
 * @param state the decision
 * @param required whether a promotion needs it to be passed
 * @param alpha the guardrail's share of the experiment's α
 * @param samples number of samples
 * @param minimumSamples samples from which the guardrail is decided: what the experiment asks for or, where requests may depend
 *     on each other, more. A breach that leaves no doubt needs fewer. 0 in decisions of earlier releases
 * @param minimumToPass samples from which it can pass, not below {@code minimumSamples}; likewise
 * @param estimate of the metric, or null without data; differences are treatment minus control, or observed minus
 *     configured
 * @param lower end of the confidence sequence of the metric: over all looks and all phases of the experiment together,
 *     it misses the true value with a probability of at most alpha; null without data, or where the interval is
 *     unbounded
 * @param upper upper end of the same interval
 * @param logE natural logarithm of the e-value against "the limit is kept", scaled so that the threshold is always −ln
 *     alpha; of two kinds of evidence, the weaker; at most {@link Double#MAX_VALUE}, which stands for infinity; null where
 *     the confidence sequence alone decides
 * @param reason in words, with the figures that decided
 * @param callersDoing whether a breach is of the callers' making: it is reported and is in the way of a promotion, but rolls
 *     nothing back
 */
public record GuardrailResult(
        Guardrail guardrail,
        GuardrailState state,
        boolean required,
        double alpha,
        long samples,
        long minimumSamples,
        long minimumToPass,
        @Nullable Double estimate,
        @Nullable Double lower,
        @Nullable Double upper,
        @Nullable Double logE,
        String reason,
        boolean callersDoing) {

    /** The action on a breach in a mode. */
    public GuardrailAction actionIn(Mode mode) {
        return callersDoing ? GuardrailAction.ALERT : guardrail.actionIn(mode);
    }

    /** Whether there are enough samples to show an interval or a p-value: as many as the experiment asks for. */
    private boolean enough() {
        return samples >= guardrail.minimumSamples();
    }

    /** The lower end to show: null below the experiment's minimum of samples. */
    public @Nullable Double shownLower() {
        return enough() ? lower : null;
    }

    /** The upper end to show: null below the experiment's minimum of samples. */
    public @Nullable Double shownUpper() {
        return enough() ? upper : null;
    }

    /** The evidence to show: null below the experiment's minimum of samples. */
    public @Nullable Double shownLogE() {
        return enough() ? logE : null;
    }

    /** The p-value of that evidence, or null where there is none to show. */
    public @Nullable Double shownPValue() {
        Double log = shownLogE();
        return log == null ? null : (Double) new EValue(log).pValue();
    }
}
