package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.Holding;
import ai.ultrathink.understudy.rollout.RampState.ShadowStage;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import java.math.BigDecimal;
import java.time.Instant;

/** The ramp of an experiment: its plan and its state. */
record Ramp(RampPlan plan, RampState state) {

    /** A new ramp. */
    static Ramp begun(RampPlan plan, Instant now, long generation) {
        return new Ramp(
                plan, plan.shadowStage().wanted() ? new ShadowStage(now, generation) : new Holding(1, now, generation));
    }

    /**
     * Reads a stored ramp. One that cannot be read counts as aborted for that reason, so that another may be started.
     */
    static Ramp of(PersistedRamp stored) {
        String problem = stored.problem();
        if (problem != null) {
            return new Ramp(stored.plan(), unreadable(problem));
        }
        try {
            return new Ramp(stored.plan(), RampStateJson.read(stored.state()).within(stored.plan()));
        } catch (RuntimeException e) {
            return new Ramp(stored.plan(), unreadable(String.valueOf(e.getMessage())));
        }
    }

    private static Aborted unreadable(String problem) {
        return new Aborted(
                new ShadowStage(Instant.EPOCH, 0),
                Instant.EPOCH,
                "its row in ab_test_ramps cannot be read: " + problem);
    }

    PersistedRamp stored() {
        return new PersistedRamp(plan, RampStateJson.write(state));
    }

    Ramp in(RampState changed) {
        return new Ramp(plan, changed);
    }

    /** Whether it continues by itself, or as soon as a person approves. */
    boolean advancing() {
        return state instanceof Advancing;
    }

    /** The stage in words, such as "step 2 of 5 (10%)". */
    String where() {
        Stage stage = state.stage();
        int number = stage.number();
        return number == 0
                ? "the shadow stage"
                : "step %d of %d (%s)"
                        .formatted(
                                number,
                                plan.steps().size(),
                                percent(plan.split(number).fraction()));
    }

    private static String percent(double fraction) {
        return BigDecimal.valueOf(fraction)
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString() + "%";
    }
}
