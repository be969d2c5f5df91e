package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Removes old results from a plain PostgreSQL (on TimescaleDB the same function has nothing to do: a policy drops chunks), and
 * folds what was kept by the minute into what is kept for good.
 */
@ApplicationScoped
public class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);

    private final Database database;
    private final StorageConfig config;
    private final CleanUp cleanUp;

    Retention(Database database, StorageConfig config, CleanUp cleanUp) {
        this.database = database;
        this.config = config;
        this.cleanUp = cleanUp;
    }

    /** Cleans up now and then on schedule. Call once, when the schema is in place. */
    public void start() {
        warnOfOtherPolicy();
        cleanUp.onSchedule(this::cleanUp);
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
        return cleanUp.purge("purge_ab_test_results", config.retention())
                .invoke(total -> {
                    if (total > 0) {
                        LOG.infof(
                                "removed %d results older than %d days",
                                total, config.retention().toDays());
                    }
                })
                .call(() -> cleanUp.purge("purge_ab_test_history", config.retention()))
                .call(this::fold)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf("old results were not removed this time: %s", failure.getMessage());
                    return 0L;
                });
    }

    /** Takes the minutes that are over a day old into their hours, in both flavours. */
    private Uni<Long> fold() {
        return database.attempt(connection -> connection
                .query("select fold_ab_test_account() as folded")
                .execute()
                .map(rows -> rows.iterator().next().getLong("folded")));
    }
}
