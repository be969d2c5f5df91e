package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import org.jspecify.annotations.Nullable;

/**
 * Whether changed limits protect less than the present ones. What can work in both directions counts: another α or another minimum of
 * samples lets a breach come later, or a limit be passed sooner.
 */
final class Loosening {

    private Loosening() {}

    static boolean ofGuardrails(Experiment before, Experiment changed) {
        Guardrails was = before.guardrails();
        Guardrails is = changed.guardrails();
        return was.alpha() != is.alpha()
                || was.each().stream().anyMatch(guardrail -> looser(guardrail, is.of(guardrail.metric())));
    }

    private static boolean looser(Guardrail was, Guardrail is) {
        boolean wider = was.metric() == GuardrailMetric.AGREEMENT ? is.limit() < was.limit() : is.limit() > was.limit();
        return wider || is.minimumSamples() != was.minimumSamples() || strength(is.action()) < strength(was.action());
    }

    /** By the mode is between the two: a shadow alerts, a split is rolled back. */
    private static int strength(@Nullable GuardrailAction action) {
        return switch (action) {
            case ALERT -> 0;
            case null -> 1;
            case ROLL_BACK -> 2;
        };
    }

    /** A first plan protects more than none. Of a plan, only a stricter limit, action or promotion is no loosening. */
    static boolean ofOutcome(Experiment before, Experiment changed) {
        OutcomePlan was = before.outcome();
        OutcomePlan is = changed.outcome();
        if (was == null || is == null) {
            return was != null;
        }
        OutcomePlan withoutLimits = new OutcomePlan(
                is.positions(),
                is.cost(),
                is.clip(),
                is.block(),
                is.horizon(),
                was.limit(),
                was.action(),
                was.promote(),
                is.alpha(),
                is.holidays());
        return !withoutLimits.equals(was)
                || is.limit() < was.limit()
                || strength(is.action()) < strength(was.action())
                || is.promote().compareTo(was.promote()) < 0;
    }
}
