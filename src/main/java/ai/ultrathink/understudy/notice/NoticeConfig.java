package ai.ultrathink.understudy.notice;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of how notices are sent; {@link NoticeSettings} has where they go. */
@ConfigMapping(prefix = "understudy.notices")
interface NoticeConfig {

    /** Who the notices are from: the source of CloudEvents, and a label of alerts. Two installations need different ones. */
    @WithDefault("understudy")
    String source();

    /** Time between looks for notices that are to be sent, for each destination. */
    @WithDefault("1s")
    Duration pollEvery();

    /** How often a replica says which destinations it has, and reads how they stand. */
    @WithDefault("15s")
    Duration reportEvery();

    /** Time limit for one call of a receiver. */
    @WithDefault("10s")
    Duration sendWithin();

    /** Number of calls to one destination that a replica may have under way, each of another experiment. */
    @WithDefault("8")
    int maxSending();

    /** Time from the first failed call of a notice to the second; it doubles with each. */
    @WithDefault("1s")
    Duration retryAfter();

    /** The longest time between two calls, also if a receiver asks for a longer one. */
    @WithDefault("1h")
    Duration retryAtMost();

    /** Number of calls after which a notice is given up. The default takes 12 to 24 hours. */
    @WithDefault("36")
    int maxAttempts();
}
