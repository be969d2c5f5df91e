package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.stats.EValue;
import org.jspecify.annotations.Nullable;

/**
 * What the evidence says about one guardrail.
 *
 * @param guardrail the limit
 * @param state what is decided
 * @param required whether a promotion needs it to be passed
 * @param alpha the guardrail's share of the test's α
 * @param samples what {@link Guardrail#minimumSamples} is compared with
 * @param estimate of the measure, or null without data; differences have a sign, treatment less control, observed less configured
 * @param lower end of the confidence sequence of the measure: at all looks, and all phases of the test, together it misses with a
 *     probability of at most alpha; null without data, or where it is open
 * @param upper end of it
 * @param logE natural logarithm of the e-value against "the limit is kept" (for errors: against "no worse than control"), weighed so
 *     that it is always −ln alpha that it has to reach; at most {@link Double#MAX_VALUE}, which stands for what cannot happen; null
 *     where the decision rests on the confidence sequence alone
 * @param reason in words, with the figures that decided
 */
public record GuardrailResult(
        Guardrail guardrail,
        GuardrailState state,
        boolean required,
        double alpha,
        long samples,
        @Nullable Double estimate,
        @Nullable Double lower,
        @Nullable Double upper,
        @Nullable Double logE,
        String reason) {

    /** Whether there are samples enough for an interval or a p-value to be shown; decisions wait for as many. */
    private boolean enough() {
        return samples >= guardrail.minimumSamples();
    }

    /** The lower end, for people: null below the minimum of samples. */
    public @Nullable Double shownLower() {
        return enough() ? lower : null;
    }

    /** The upper end, for people: null below the minimum of samples. */
    public @Nullable Double shownUpper() {
        return enough() ? upper : null;
    }

    /** The evidence, for people: null below the minimum of samples. */
    public @Nullable Double shownLogE() {
        return enough() ? logE : null;
    }

    /** The p-value of that evidence, or null where there is none to show. */
    public @Nullable Double shownPValue() {
        Double log = shownLogE();
        return log == null ? null : (Double) new EValue(log).pValue();
    }
}
