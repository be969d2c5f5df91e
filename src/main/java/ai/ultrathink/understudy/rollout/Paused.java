package ai.ultrathink.understudy.rollout;

import java.time.Duration;
import java.time.Instant;

/** The test stays as it is, and the clock stands. */
record Paused(Advancing before, Instant since, String why) implements Active {

    static final String NAME = "paused";

    @Override
    public String wireName() {
        return NAME;
    }

    @Override
    public Stage stage() {
        return before.stage();
    }

    /** Goes on where it stopped; what the stage has held by then is kept, and the pause does not count. */
    Advancing resume(Instant now) {
        Duration pause = Duration.between(since, now);
        return pause.isNegative() ? before : before.later(pause);
    }
}
