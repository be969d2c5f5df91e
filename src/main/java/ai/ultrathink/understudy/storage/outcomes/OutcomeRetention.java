package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.StorageConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Drops outcomes that have waited too long for their predictions, and removes those past their retention. */
@ApplicationScoped
public class OutcomeRetention {

    private static final Logger LOG = Logger.getLogger(OutcomeRetention.class);

    private final Database database;
    private final StorageConfig storage;
    private final OutcomesConfig config;
    private final Counter dropped;
    private volatile Cancellable running = () -> {};

    OutcomeRetention(Database database, StorageConfig storage, OutcomesConfig config, MeterRegistry meters) {
        this.database = database;
        this.storage = storage;
        this.config = config;
        this.dropped = ServiceMetric.OUTCOMES.counter(meters, "result", "dropped");
    }

    /** Cleans up now and then on schedule. Call once, when the schema is in place. */
    public void start() {
        running = Multi.createFrom()
                .ticks()
                .every(storage.cleanUpEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> cleanUp())
                .subscribe()
                .with(done -> {});
    }

    /** Removes, a bounded batch at a time, all that is due. Never fails. */
    public Uni<Void> cleanUp() {
        return all("select drop_waiting_ab_test_outcomes(make_interval(secs => $1)) as removed", config.waitAtMost())
                .invoke(count -> {
                    dropped.increment(count);
                    if (count > 0) {
                        LOG.warnf(
                                "dropped %d outcomes: no prediction of a test with an outcome plan came for them within %d h",
                                count, config.waitAtMost().toHours());
                    }
                })
                .chain(() ->
                        all("select purge_ab_test_outcomes(make_interval(secs => $1)) as removed", config.retention()))
                .chain(() -> all(
                        "select purge_ab_test_outcome_decisions(make_interval(secs => $1)) as removed",
                        storage.retention()))
                .onFailure()
                .invoke(failure -> LOG.warnf("old outcomes were not removed this time: %s", failure.getMessage()))
                .onFailure()
                .recoverWithItem(0L)
                .replaceWithVoid();
    }

    private Uni<Long> all(String sql, Duration olderThan) {
        return Multi.createBy()
                .repeating()
                .uni(() -> database.attempt(connection -> connection
                        .preparedQuery(sql)
                        .execute(Tuple.of((double) olderThan.toSeconds()))
                        .map(rows -> rows.iterator().next().getLong("removed"))))
                .whilst(removed -> removed > 0)
                .collect()
                .with(Collectors.summingLong(Long::longValue));
    }

    @PreDestroy
    void stop() {
        running.cancel();
    }
}
