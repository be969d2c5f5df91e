package ai.ultrathink.understudy.inference;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** Settings of the inference pool. */
@ConfigMapping(prefix = "understudy.inference")
interface InferenceConfig {

    /** Threads that run models; by default one per core and never fewer than two, since treatment may hold all but one. */
    OptionalInt threads();

    /** Maximum number of rows in one forward pass. */
    @WithDefault("64")
    int maxBatch();

    /** Number of requests that may wait for one model in one role; more are rejected. */
    @WithDefault("1024")
    int queueCapacity();

    /** How often deadlines are checked; a timeout may be late by this much. */
    @WithDefault("5ms")
    Duration deadlineResolution();

    /** A forward pass that takes longer has its thread replaced, so that the other models continue. */
    @WithDefault("1s")
    Duration stuckAfter();

    /**
     * Time limit for a model to load, warm up and answer its golden question; a model that takes longer is rejected.
     */
    @WithDefault("30s")
    Duration loadWithin();

    /** The largest {@code model.pt} that is loaded; it is read into native memory, outside the heap. */
    @WithDefault("2G")
    MemorySize maxNetworkSize();

    /** Number of stuck threads that are replaced before the pool counts as dead. */
    @WithDefault("16")
    int maxStuck();
}
