package ai.ultrathink.understudy.journal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where the service keeps what must survive it. */
@ConfigMapping(prefix = "understudy.data")
public interface DataConfig {

    /** The data directory, one per replica (environment: UNDERSTUDY_DATA_DIR). */
    @WithDefault("data")
    Path dir();
}
