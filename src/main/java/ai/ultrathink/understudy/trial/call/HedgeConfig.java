package ai.ultrathink.understudy.trial.call;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** When control is asked beside a treatment that has not answered yet. */
@ConfigMapping(prefix = "understudy.trial")
public interface HedgeConfig {

    /** After this part of the treatment's deadline, at the latest, control is asked as well. 0 to 1. */
    @WithDefault("0.5")
    double hedgeFraction();
}
