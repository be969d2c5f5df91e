package ai.ultrathink.understudy.experiment;

import java.time.Instant;

/** Both clocks of a machine, injected so that tests can hold them. */
public interface TimeSource {

    /** The time of day, for what is stored and shown. */
    Instant now();

    /** Nanoseconds on a clock that never steps back, for what is measured. */
    long nanoTime();
}
