package ai.ultrathink.understudy.storage.outcomes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of realised outcomes. */
@ConfigMapping(prefix = "understudy.outcomes")
public interface OutcomesConfig {

    /** Number of outcomes that may wait for their predictions; more are rejected. */
    @WithDefault("1000000")
    long maxWaiting();

    /** How long an outcome waits for its prediction before it is dropped. */
    @WithDefault("7d")
    Duration waitAtMost();

    /** How long outcomes are kept, by the time at which they were observed, or at which their range begins. */
    @WithDefault("400d")
    Duration retention();

    /** Number of calls that may wait for their turn to store outcomes; more are refused with 503. */
    @WithDefault("64")
    int maxQueued();
}
