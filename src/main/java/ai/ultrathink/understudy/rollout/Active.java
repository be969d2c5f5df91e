package ai.ultrathink.understudy.rollout;

import java.time.Instant;

/** A ramp that has not ended. */
sealed interface Active extends RampState permits Advancing, Paused {

    /** The ramp ends here. */
    default Aborted abort(String why, Instant now) {
        return new Aborted(stage(), now, why);
    }
}
