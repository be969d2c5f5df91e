package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.StorageConfig;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Removes events that are past their own retention, in both flavours. The retention of results does not touch them. */
@ApplicationScoped
public class AuditRetention {

    private static final Logger LOG = Logger.getLogger(AuditRetention.class);

    private static final Duration LEAST = Duration.ofDays(90);
    private static final Duration MOST = Duration.ofDays(36_525);

    // by the earlier of two clocks: one that is set forward must not remove what is not old
    private static final String PURGE =
            "select purge_ab_audit(make_interval(hours => $1) + greatest(now() - $2::timestamptz, interval '0')) as removed";

    private final Database database;
    private final AuditConfig config;
    private final StorageConfig storage;
    private final TimeSource time;
    private volatile Cancellable running = () -> {};

    AuditRetention(Database database, AuditConfig config, StorageConfig storage, TimeSource time) {
        this.database = database;
        this.config = config;
        this.storage = storage;
        this.time = time;
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
        running = Multi.createFrom()
                .ticks()
                .every(storage.cleanUpEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> cleanUp())
                .subscribe()
                .with(removed -> {});
    }

    /** Removes, a bounded batch at a time, all that is past the retention. */
    Uni<Long> cleanUp() {
        return Multi.createBy()
                .repeating()
                .uni(this::removeBatch)
                .whilst(removed -> removed > 0)
                .collect()
                .with(Collectors.summingLong(Long::longValue))
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

    private Uni<Long> removeBatch() {
        return database.attempt(connection -> connection
                .preparedQuery(PURGE)
                .execute(Tuple.of(
                        Math.toIntExact(config.retention().toHours()),
                        time.now().atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.iterator().next().getLong("removed")));
    }

    @PreDestroy
    void stop() {
        running.cancel();
    }
}
