package ai.ultrathink.understudy.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How models are asked that a server answers for. */
@ConfigMapping(prefix = "understudy.remote")
interface RemoteConfig {

    /** The number of passes that may be under way to one model, at least 2; treatments never use the last. */
    @WithDefault("8")
    int passes();

    /** Time limit for a connection. */
    @WithDefault("1s")
    Duration connectWithin();

    /** Time limit for a server to say what its model is and to answer the golden question, when it is loaded. */
    @WithDefault("5s")
    Duration loadWithin();
}
