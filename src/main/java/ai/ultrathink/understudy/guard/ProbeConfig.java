package ai.ultrathink.understudy.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often models are asked their golden question, and when they count as failing. */
@ConfigMapping(prefix = "understudy.probe")
interface ProbeConfig {

    /** From one probe of a model to the next. */
    @WithDefault("5s")
    Duration every();

    /** Up to this, a treatment that fails by being late is asked at twice the distance each time. */
    @WithDefault("60s")
    Duration everyAtMost();

    /** How long a control may take for its probe, with the wait for a thread. */
    @WithDefault("1s")
    Duration controlDeadline();

    /** How long a treatment may take for its probe, with the wait for a thread. */
    @WithDefault("1s")
    Duration treatmentDeadline();

    /** Probes in a row without an answer after which a control is failing. A wrong answer needs no second one. */
    @WithDefault("3")
    int controlMisses();

    /** Probes in a row without an answer after which a treatment is failing. */
    @WithDefault("2")
    int treatmentMisses();
}
