package ai.ultrathink.understudy.trial.tally;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How this replica counts what it assigns. */
@ConfigMapping(prefix = "understudy.trial")
public interface TallyConfig {

    /** How often it is stored how many requests were assigned. */
    @WithDefault("2s")
    Duration tallyEvery();
}
