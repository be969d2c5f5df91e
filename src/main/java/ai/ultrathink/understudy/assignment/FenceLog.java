package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.AutomaticEvent;
import ai.ultrathink.understudy.storage.EventStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Tells the log and the audit trail that this replica was fenced. Only afterwards: meanwhile there was no database to tell it
 * to.
 */
@ApplicationScoped
class FenceLog {

    private static final Logger LOG = Logger.getLogger(FenceLog.class);
    private static final int ATTEMPTS = 5;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final EventStore events;
    private final AssignmentConfig config;
    private final TimeSource time;

    FenceLog(EventStore events, AssignmentConfig config, TimeSource time) {
        this.events = events;
        this.config = config;
        this.time = time;
    }

    /** The database is heard again. One event for each test that was running, as this replica knew it. */
    void lifted(Duration silence, Catalog catalog) {
        Instant now = time.now();
        List<AutomaticEvent> told = catalog.all().stream()
                .filter(Experiment::running)
                .map(test -> event(test, now, silence))
                .toList();
        LOG.warnf(
                "the database was silent for %d s and is heard again; control answered for %d tests meanwhile",
                silence.toSeconds(), told.size());
        Multi.createFrom()
                .iterable(told)
                .onItem()
                .transformToUniAndConcatenate(this::record)
                .subscribe()
                .with(stored -> {});
    }

    private Uni<Void> record(AutomaticEvent event) {
        return Uni.createFrom()
                .deferred(() -> events.record(event))
                .onFailure()
                .retry()
                .withBackOff(RETRY_AFTER, RETRY_AFTER)
                .atMost(ATTEMPTS)
                .onFailure()
                .invoke(failure -> LOG.errorf("not in the audit trail: %s (%s)", event, failure.getMessage()))
                .onFailure()
                .recoverWithNull();
    }

    private AutomaticEvent event(Experiment test, Instant now, Duration silence) {
        return new AutomaticEvent(
                now,
                test.testId(),
                "fence",
                "fence_lifted",
                Map.of("treatment", "withheld"),
                Map.of("treatment", "allowed"),
                test.generation(),
                "the database was silent for " + silence.toSeconds() + " s; after the first "
                        + config.fenceAfter().toSeconds()
                        + " s of them control answered for every test on this replica");
    }
}
