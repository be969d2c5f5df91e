package ai.ultrathink.understudy.rollout;

import java.time.Instant;

/** The last step has held. The test stays at its split; to promote is for a person. */
record Finished(Stage stage, Instant since) implements RampState {

    static final String NAME = "finished";

    @Override
    public String wireName() {
        return NAME;
    }
}
