package ai.ultrathink.understudy.experiment;

import java.time.Instant;

/** Both clocks of a machine, injected so that unit tests can control them. */
public interface TimeSource {

    /** Time of day, for values that are stored or shown. */
    Instant now();

    /** Nanoseconds of a monotonic clock, for durations. */
    long nanoTime();
}
