package ai.ultrathink.understudy.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The layout of the log, which application.properties hands on to Quarkus. */
@ConfigMapping(prefix = "understudy.log")
interface LogConfig {

    /** Whether each line of the log is a JSON object; otherwise it is text. */
    @WithDefault("false")
    boolean json();
}
