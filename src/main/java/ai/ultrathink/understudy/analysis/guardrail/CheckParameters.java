package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;

/**
 * Parameters of a check.
 *
 * @param guardrail the limit
 * @param alpha the guardrail's share of the experiment's α: the probability that a treatment within the limit is ever
 *     reported as breaching it is at most this
 * @param required whether a promotion needs it to be passed
 */
record CheckParameters(Guardrail guardrail, double alpha, boolean required) {

    double limit() {
        return guardrail.limit();
    }
}
