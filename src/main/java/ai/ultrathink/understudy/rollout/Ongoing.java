package ai.ultrathink.understudy.rollout;

import java.time.Instant;

/** A ramp that has not ended. */
sealed interface Ongoing extends RampState permits Underway, Paused {

    /** The ramp ends here. */
    default Aborted abort(String why, Instant now) {
        return new Aborted(stage(), now, why);
    }
}
