package ai.ultrathink.understudy.rollout;

import java.time.Instant;

/**
 * Ended before its time.
 *
 * @param stage where
 */
record Aborted(Stage stage, Instant since, String why) implements RampState {

    static final String NAME = "aborted";

    @Override
    public String wireName() {
        return NAME;
    }
}
