package ai.ultrathink.understudy.fleet;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for the agreement of the replicas on their models. */
@ConfigMapping(prefix = "understudy.fleet")
interface FleetConfig {

    /** How often a replica reports its versions and reads the wanted ones. */
    @WithDefault("500ms")
    Duration beatEvery();

    /** A replica that has been silent this long counts as dead. */
    @WithDefault("5s")
    Duration aliveWithin();

    /** How long a reload waits for all replicas; then it continues without those that lack the new version. */
    @WithDefault("60s")
    Duration reloadWithin();

    /** Time from the decision to the switch. Longer than a heartbeat and a short network delay. */
    @WithDefault("2s")
    Duration switchAfter();

    /** The same if a replica is left behind, so that a load balancer can notice that it is not ready. */
    @WithDefault("10s")
    Duration drainFor();
}
