package ai.ultrathink.understudy.storage.db;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes old results from a plain PostgreSQL (on TimescaleDB the same function has nothing to do: a policy drops chunks), and
 * folds what was kept by the minute into what is kept for good.
 */
@ApplicationScoped
public class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);

    // by the earlier of two clocks: one that is set forward must not remove what is not old
    private static final String PURGE = "select purge_ab_test_results(make_interval(hours => $1)"
            + " + greatest(now() - $2::timestamptz, interval '0')) as removed";

    private final Database database;
    private final StorageConfig config;
    private final TimeSource time;
    private volatile Cancellable running = () -> {};

    Retention(Database database, StorageConfig config, TimeSource time) {
        this.database = database;
        this.config = config;
        this.time = time;
    }

    /** Cleans up now and then on schedule. Call once, when the schema is in place. */
    public void start() {
        warnOfOtherPolicy();
        running = Multi.createFrom()
                .ticks()
                .every(config.cleanUpEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> cleanUp())
                .subscribe()
                .with(removed -> {});
    }

    private void warnOfOtherPolicy() {
        database.attempt(RetentionPolicy::length)
                .map(policy -> RetentionPolicy.warning(config.retention(), policy))
                .subscribe()
                .with(
                        warning -> warning.ifPresent(LOG::warn),
                        failure -> LOG.debugf("TimescaleDB's retention policy was not read: %s", failure.getMessage()));
    }

    /** Removes, a bounded batch at a time, all that is past the retention. */
    public Uni<Long> cleanUp() {
        return Multi.createBy()
                .repeating()
                .uni(this::removeBatch)
                .whilst(removed -> removed > 0)
                .collect()
                .with(Collectors.summingLong(Long::longValue))
                .invoke(total -> {
                    if (total > 0) {
                        LOG.infof(
                                "removed %d results older than %d days",
                                total, config.retention().toDays());
                    }
                })
                .call(this::fold)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf("old results were not removed this time: %s", failure.getMessage());
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

    /** Takes the minutes that are over a day old into their hours, in both flavours. */
    private Uni<Long> fold() {
        return database.attempt(connection -> connection
                .query("select fold_ab_test_account() as folded")
                .execute()
                .map(rows -> rows.iterator().next().getLong("folded")));
    }

    @PreDestroy
    void stop() {
        running.cancel();
    }
}
