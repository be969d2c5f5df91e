package ai.ultrathink.understudy.trial;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long models may take. A test may set its own. */
@ConfigMapping(prefix = "understudy.trial")
interface TrialConfig {

    /** How long control may take before the request fails. */
    @WithDefault("1s")
    Duration controlDeadline();

    /** How long treatment may take before control answers in its place. */
    @WithDefault("200ms")
    Duration treatmentDeadline();
}
