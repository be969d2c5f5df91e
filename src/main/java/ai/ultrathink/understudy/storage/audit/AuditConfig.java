package ai.ultrathink.understudy.storage.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for storing a replica's automatic changes in the audit trail. */
@ConfigMapping(prefix = "understudy.audit")
interface AuditConfig {

    /** Number of events that may wait for the database; more are dropped and counted. */
    @WithDefault("1000")
    int queueCapacity();

    /** Time between attempts to reach a database that is away. */
    @WithDefault("1s")
    Duration retryAfter();

    /** Number of attempts before checking whether the event, and not the database, is at fault. */
    @WithDefault("5")
    int attempts();

    /** How long events are kept: five years. Apart from the retention of results. */
    @WithDefault("1827d")
    Duration retention();
}
