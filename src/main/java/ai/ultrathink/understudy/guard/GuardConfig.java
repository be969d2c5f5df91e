package ai.ultrathink.understudy.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a test's guard keeps its treatment from being used, and for how long. */
@ConfigMapping(prefix = "understudy.guard")
interface GuardConfig {

    /** Opens after this many failures without a success between them. */
    @WithDefault("5")
    int failuresInRow();

    /** Opens when this fraction of the window's calls failed. */
    @WithDefault("0.2")
    double failureRate();

    /** How far back the rate looks; it forgets half a window at a time. */
    @WithDefault("10s")
    Duration window();

    /** The rate says nothing of fewer calls than this. */
    @WithDefault("20")
    int minimumCalls();

    /** How long the guard stays open the first time. Twice as long each time that it opens again soon. */
    @WithDefault("5s")
    Duration openFor();

    /** The longest that it stays open; it must have been closed for as long to begin at the shortest again. */
    @WithDefault("60s")
    Duration openAtMost();

    /** How many requests may try the treatment at a time while the guard is half-open. */
    @WithDefault("3")
    int trials();

    /** How many of them must succeed for the guard to close. */
    @WithDefault("3")
    int successesToClose();

    /** After this time a request on trial that nobody ended no longer holds its place. */
    @WithDefault("1m")
    Duration trialExpiry();
}
