package ai.ultrathink.understudy.storage.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How what a replica does by itself reaches the audit trail. */
@ConfigMapping(prefix = "understudy.audit")
interface AuditConfig {

    /** Events that may wait for the database; the next is dropped and counted. */
    @WithDefault("1000")
    int queueCapacity();

    /** How long to wait before trying again to reach a database that is away. */
    @WithDefault("1s")
    Duration retryAfter();

    /** How often an event is sent before it is asked whether the event is at fault and not the database. */
    @WithDefault("5")
    int attempts();
}
