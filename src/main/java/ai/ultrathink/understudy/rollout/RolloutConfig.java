package ai.ultrathink.understudy.rollout;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often running tests are judged. */
@ConfigMapping(prefix = "understudy.rollout")
interface RolloutConfig {

    /** From one look at all running tests to the next, on the replica that leads. */
    @WithDefault("5s")
    Duration evaluateEvery();

    /** How long the evidence of one test may take; what comes later decides nothing. */
    @WithDefault("5s")
    Duration evidenceTimeout();

    /** How often a replica asks whether it leads, or may lead from now on. */
    @WithDefault("1s")
    Duration leadEvery();
}
