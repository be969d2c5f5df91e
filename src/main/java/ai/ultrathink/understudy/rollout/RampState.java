package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.RampPlan;

/**
 * Where a ramp stands. Immutable: the methods of the records are the only ways from one to the next, and are told the time.
 * What has ended has none.
 */
sealed interface RampState permits Active, Finished, Aborted {

    /** The name in JSON. */
    String wireName();

    /** The stage that the ramp is in, or was in when it ended. */
    Stage stage();

    /**
     * The same, whose stage is one of the plan.
     *
     * @throws IllegalArgumentException when it is not
     */
    default RampState within(RampPlan plan) {
        int number = stage().number();
        if (number < 0 || number > plan.steps().size()) {
            throw new IllegalArgumentException(
                    "it is at step " + number + " of " + plan.steps().size());
        }
        return this;
    }
}
