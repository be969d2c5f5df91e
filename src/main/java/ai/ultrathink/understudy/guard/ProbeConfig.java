package ai.ultrathink.understudy.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often models are probed, and when they count as failing. */
@ConfigMapping(prefix = "understudy.probe")
interface ProbeConfig {

    /** Time between probes of a model. */
    @WithDefault("5s")
    Duration every();

    /** The longest time between probes of a treatment that times out; the time doubles after each miss. */
    @WithDefault("60s")
    Duration everyAtMost();

    /** Deadline for a control's probe, including the wait for a thread. */
    @WithDefault("1s")
    Duration controlDeadline();

    /** Deadline for a treatment's probe, including the wait for a thread. */
    @WithDefault("1s")
    Duration treatmentDeadline();

    /** Probes in a row without an answer after which a control is failing. A single wrong answer is enough. */
    @WithDefault("3")
    int controlMisses();

    /** Probes in a row without an answer after which a treatment is failing. */
    @WithDefault("2")
    int treatmentMisses();
}
