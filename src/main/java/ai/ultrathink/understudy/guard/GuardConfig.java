package ai.ultrathink.understudy.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When an experiment's guard opens, and for how long. */
@ConfigMapping(prefix = "understudy.guard")
interface GuardConfig {

    /** The guard opens after this many failures in a row. */
    @WithDefault("5")
    int failuresInRow();

    /** The guard opens when this fraction of the window's calls failed. */
    @WithDefault("0.2")
    double failureRate();

    /** Window of the failure rate; it drops half a window at a time. */
    @WithDefault("10s")
    Duration window();

    /** Minimum number of calls for the failure rate to count. */
    @WithDefault("20")
    int minimumCalls();

    /** How long the guard stays open the first time. The time doubles when it opens again soon. */
    @WithDefault("5s")
    Duration openFor();

    /** The longest time that it stays open. After it was closed for this long, it starts at the shortest time again. */
    @WithDefault("60s")
    Duration openAtMost();

    /** Number of requests that may try the treatment at a time while the guard is half-open. */
    @WithDefault("3")
    int trials();

    /** Number of successful trials that close the guard. */
    @WithDefault("3")
    int successesToClose();

    /** Time after which a trial request that never ended frees its place. */
    @WithDefault("1m")
    Duration trialExpiry();
}
