package ai.ultrathink.understudy.rollout;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for the evaluation of running experiments. */
@ConfigMapping(prefix = "understudy.rollout")
interface RolloutConfig {

    /** Time between evaluations of all running experiments by the leader. */
    @WithDefault("5s")
    Duration evaluateEvery();

    /** Time limit for reading the evidence of one experiment; later evidence is not used. */
    @WithDefault("5s")
    Duration evidenceTimeout();

    /** How often a replica checks whether it leads, or can lead. */
    @WithDefault("1s")
    Duration leadEvery();

    /**
     * Time between the points of an experiment's history while nothing changes. A change of a state, the verdict or the generation is
     * kept at once. 0 keeps no history.
     */
    @WithDefault("15s")
    Duration historyEvery();
}
