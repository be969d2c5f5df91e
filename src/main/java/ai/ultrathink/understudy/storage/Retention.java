package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Removes old results from a plain PostgreSQL. On TimescaleDB the same function has nothing to do: a policy drops chunks. */
@ApplicationScoped
public class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);

    private final Database database;
    private final StorageConfig config;
    private volatile Cancellable running = () -> {};

    Retention(Database database, StorageConfig config) {
        this.database = database;
        this.config = config;
    }

    /** Cleans up now and then on schedule. Call once, when the schema is in place. */
    public void start() {
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
                                "removed %d results older than %d days",
                                total, config.retention().toDays());
                    }
                })
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf("old results were not removed this time: %s", failure.getMessage());
                    return 0L;
                });
    }

    private Uni<Long> removeBatch() {
        return database.attempt(connection -> connection
                .preparedQuery("select purge_ab_test_results(make_interval(hours => $1)) as removed")
                .execute(Tuple.of(Math.toIntExact(config.retention().toHours())))
                .map(rows -> rows.iterator().next().getLong("removed")));
    }

    @PreDestroy
    void stop() {
        running.cancel();
    }
}
