package ai.ultrathink.understudy.journal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Location of data that must survive the process. */
@ConfigMapping(prefix = "understudy.data")
public interface DataConfig {

    /** The data directory, one per replica (environment: UNDERSTUDY_DATA_DIR). */
    @WithDefault("data")
    Path dir();
}
