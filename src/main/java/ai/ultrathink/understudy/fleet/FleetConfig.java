package ai.ultrathink.understudy.fleet;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of how the replicas agree on their models. */
@ConfigMapping(prefix = "understudy.fleet")
interface FleetConfig {

    /** How often a replica says what it has and hears what is wanted. */
    @WithDefault("500ms")
    Duration beatEvery();

    /** A replica that has said nothing for so long is not waited for. */
    @WithDefault("5s")
    Duration aliveWithin();

    /** How long a reload waits for all replicas; then it goes on without those that do not have the new version. */
    @WithDefault("60s")
    Duration reloadWithin();

    /** How long before the replicas switch each is told. More than a beat and a hiccup of the network. */
    @WithDefault("2s")
    Duration switchAfter();

    /** The same where a replica is left behind: time for a load balancer to see that it is not ready. */
    @WithDefault("10s")
    Duration drainFor();
}
