package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;

/**
 * Parameters of a check.
 *
 * @param guardrail the limit
 * @param alpha the guardrail's share of the experiment's α, for breaches: a treatment within every limit is rolled back
 *     if any guardrail errs, so all of them share α
 * @param passing the α for passing, which is the whole of the experiment's: a treatment beyond a limit is promoted only if
 *     that guardrail errs, regardless of the others
 * @param required whether a promotion needs it to be passed
 */
record CheckParameters(Guardrail guardrail, double alpha, double passing, boolean required) {

    double limit() {
        return guardrail.limit();
    }
}
