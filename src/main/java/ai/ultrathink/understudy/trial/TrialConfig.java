package ai.ultrathink.understudy.trial;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long models may take, which an experiment may set for itself, and how many predictions this replica takes on. */
@ConfigMapping(prefix = "understudy.trial")
interface TrialConfig {

    /** How long a request may take, from its arrival, before it fails. */
    @WithDefault("1s")
    Duration controlDeadline();

    /** How long treatment may take before control answers in its place. */
    @WithDefault("200ms")
    Duration treatmentDeadline();

    /** Predictions answered at a time; the next is refused with 503. */
    @WithDefault("1024")
    int maxInFlight();

    /** With more predictions than this at a time, shadows do not run. */
    @WithDefault("512")
    int maxInFlightWithShadow();

    /** This part of the shadow requests is put to control twice, to see how often it disagrees with itself. 0 (off) to 1. */
    @WithDefault("0")
    double noiseFraction();
}
