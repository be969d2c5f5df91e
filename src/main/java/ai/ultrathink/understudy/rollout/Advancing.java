package ai.ultrathink.understudy.rollout;

import java.time.Duration;
import java.time.Instant;

/** A ramp that goes on by itself, or as soon as somebody approves. */
sealed interface Advancing extends Active permits Stage, AwaitingApproval {

    /** The clock stops. */
    default Paused pause(String why, Instant now) {
        return new Paused(this, now, why);
    }

    /** The same, begun so much later. */
    Advancing later(Duration by);
}
