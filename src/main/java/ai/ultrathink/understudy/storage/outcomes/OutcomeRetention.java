package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.db.CleanUp;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.StorageConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Drops outcomes that have waited too long for their predictions, and removes those past their retention. What a plan still needs stays
 * longer than that: a block that is open must find its outcomes.
 */
@ApplicationScoped
public class OutcomeRetention {

    private static final Logger LOG = Logger.getLogger(OutcomeRetention.class);

    private static final String NEEDED =
            "select extract(epoch from ab_test_outcomes_needed())::double precision as seconds";

    private final Database database;
    private final StorageConfig storage;
    private final OutcomesConfig config;
    private final CleanUp cleanUp;
    private final Counter dropped;

    OutcomeRetention(
            Database database, StorageConfig storage, OutcomesConfig config, CleanUp cleanUp, MeterRegistry meters) {
        this.database = database;
        this.storage = storage;
        this.config = config;
        this.cleanUp = cleanUp;
        this.dropped = ServiceMetric.OUTCOMES.counter(meters, "result", "dropped");
    }

    /** Cleans up now and then on schedule. Call once, when the schema is in place. */
    public void start() {
        cleanUp.onSchedule(this::cleanUp);
    }

    /** Removes, a bounded batch at a time, all that is due. Never fails. */
    public Uni<Void> cleanUp() {
        return cleanUp.purge("drop_waiting_ab_test_outcomes", config.waitAtMost())
                .invoke(count -> {
                    dropped.increment(count);
                    if (count > 0) {
                        LOG.warnf(
                                "dropped %d outcomes: no prediction of a test with an outcome plan came for them within %d h",
                                count, config.waitAtMost().toHours());
                    }
                })
                .chain(this::retention)
                .chain(retention -> cleanUp.purge("purge_ab_test_outcomes", retention))
                .chain(() -> cleanUp.purge("purge_ab_test_outcome_decisions", storage.retention()))
                .onFailure()
                .invoke(failure -> LOG.warnf("old outcomes were not removed this time: %s", failure.getMessage()))
                .onFailure()
                .recoverWithItem(0L)
                .replaceWithVoid();
    }

    /** The configured retention, or what the longest block and horizon of a plan need. */
    private Uni<Duration> retention() {
        return database.attempt(connection -> connection
                .preparedQuery(NEEDED)
                .execute()
                .map(rows -> longer(rows.iterator().next().getDouble("seconds"))));
    }

    private Duration longer(double needed) {
        Duration least = Duration.ofSeconds((long) needed);
        return config.retention().compareTo(least) >= 0 ? config.retention() : least;
    }
}
