package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.outcome.Timing;
import java.nio.FloatBuffer;

/** Watches one model call while it waits and runs. Every method must be cheap and must not throw. */
@FunctionalInterface
public interface CallWatch {

    /** Checked while the call waits and before the model runs: once it is false, the call ends as rejected. */
    boolean wanted();

    /** From this time on, measured like the deadline, the call is late. By default it is late at its deadline. */
    default long lateAfterNanos() {
        return Long.MAX_VALUE;
    }

    /** Called at most once, when the call has no outcome and is late. It may still be answered before its deadline. */
    default void late(Timing cause) {}

    /**
     * Called with the network's own numbers, before they are read as an answer. They are valid during the call only.
     *
     * @param row the call's row
     */
    default void scored(FloatBuffer values, int row) {}
}
