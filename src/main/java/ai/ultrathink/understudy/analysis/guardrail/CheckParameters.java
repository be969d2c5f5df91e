package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;

/**
 * What a check is held to.
 *
 * @param guardrail the limit
 * @param alpha the guardrail's share of the test's α: how likely it may ever be breached by a treatment that keeps the limit
 * @param required whether a promotion needs it to be passed
 */
record CheckParameters(Guardrail guardrail, double alpha, boolean required) {

    double limit() {
        return guardrail.limit();
    }
}
