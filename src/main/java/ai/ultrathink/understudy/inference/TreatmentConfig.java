package ai.ultrathink.understudy.inference;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where treatments run, and what happens to a worker that fails. */
@ConfigMapping(prefix = "understudy.treatment")
interface TreatmentConfig {

    /** {@code worker}: in a process of their own; {@code in_process}: in this one. */
    @WithDefault("worker")
    String runtime();

    /** Time limit for a worker to start and connect. */
    @WithDefault("20s")
    Duration startWithin();

    /** A worker that needs longer for a pass, or shows no sign of life for as long, is ended and started again. */
    @WithDefault("5s")
    Duration hangAfter();

    /** A worker that has more memory in use is ended and started again. */
    @WithDefault("4G")
    MemorySize maxMemory();

    /** How often a version may end the worker within the window; with the last of these it is taken out of use. */
    @WithDefault("3")
    int maxDeaths();

    /** The window for {@link #maxDeaths()}. */
    @WithDefault("1m")
    Duration deathWindow();
}
