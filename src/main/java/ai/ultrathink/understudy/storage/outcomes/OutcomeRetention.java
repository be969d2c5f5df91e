package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.db.CleanUp;
import ai.ultrathink.understudy.storage.db.StorageConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Drops outcomes that have waited too long for their predictions, and removes those past their retention. */
@ApplicationScoped
public class OutcomeRetention {

    private static final Logger LOG = Logger.getLogger(OutcomeRetention.class);

    private final StorageConfig storage;
    private final OutcomesConfig config;
    private final CleanUp cleanUp;
    private final Counter dropped;

    OutcomeRetention(StorageConfig storage, OutcomesConfig config, CleanUp cleanUp, MeterRegistry meters) {
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
                .chain(() -> cleanUp.purge("purge_ab_test_outcomes", config.retention()))
                .chain(() -> cleanUp.purge("purge_ab_test_outcome_decisions", storage.retention()))
                .onFailure()
                .invoke(failure -> LOG.warnf("old outcomes were not removed this time: %s", failure.getMessage()))
                .onFailure()
                .recoverWithItem(0L)
                .replaceWithVoid();
    }
}
