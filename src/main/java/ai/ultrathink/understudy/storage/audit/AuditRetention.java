package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.storage.db.CleanUp;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Removes events and approvals that are past their own retention, in both flavours. The retention of results does not touch them. */
@ApplicationScoped
public class AuditRetention {

    private static final Logger LOG = Logger.getLogger(AuditRetention.class);

    private static final Duration LEAST = Duration.ofDays(90);
    private static final Duration MOST = Duration.ofDays(36_525);

    private final AuditConfig config;
    private final CleanUp cleanUp;

    AuditRetention(AuditConfig config, CleanUp cleanUp) {
        this.config = config;
        this.cleanUp = cleanUp;
    }

    /**
     * Checks the setting, before anything is started.
     *
     * @throws IllegalArgumentException if it is not allowed, with a message of one line
     */
    public void check() {
        if (config.retention().compareTo(LEAST) < 0 || config.retention().compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "UNDERSTUDY_AUDIT_RETENTION: got \"" + config.retention().toDays() + " days\"; allowed: from "
                            + LEAST.toDays() + "d to " + MOST.toDays() + "d");
        }
    }

    /** Cleans up on schedule. Call once, when the schema is in place. */
    public void start() {
        cleanUp.onSchedule(this::cleanUp);
    }

    /** Removes, a bounded batch at a time, all that is past the retention. */
    Uni<Long> cleanUp() {
        return cleanUp.purge("purge_ab_audit", config.retention())
                .call(() -> cleanUp.purge("purge_ab_approvals", config.retention()))
                .invoke(total -> {
                    if (total > 0) {
                        LOG.infof(
                                "removed %d events of the audit trail older than %d days",
                                total, config.retention().toDays());
                    }
                })
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf("old events of the audit trail were not removed this time: %s", failure.getMessage());
                    return 0L;
                });
    }
}
