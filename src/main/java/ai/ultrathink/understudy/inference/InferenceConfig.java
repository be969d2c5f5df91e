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

    /** The most rows in one forward pass. */
    @WithDefault("64")
    int maxBatch();

    /** Requests that may wait for one model in one role; the next is refused. */
    @WithDefault("1024")
    int queueCapacity();

    /** How often deadlines are looked at; a timeout may come this much late. */
    @WithDefault("5ms")
    Duration deadlineResolution();

    /** A forward pass that takes longer has its thread replaced, so that the other models go on. */
    @WithDefault("1s")
    Duration stuckAfter();

    /** How long a model may take to load, warm up and answer its golden question; one that takes longer is refused. */
    @WithDefault("30s")
    Duration loadWithin();

    /** The largest {@code model.pt} that is loaded; it is read into native memory, beside the heap. */
    @WithDefault("2G")
    MemorySize maxNetworkSize();

    /** How many stuck threads are replaced before the pool counts as dead. */
    @WithDefault("16")
    int maxStuck();
}
