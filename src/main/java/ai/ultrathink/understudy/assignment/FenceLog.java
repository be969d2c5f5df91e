package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.AuditTrail;
import ai.ultrathink.understudy.storage.AutomaticEvent;
import ai.ultrathink.understudy.storage.Replica;
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

    private static final int MOST_EVENTS = 500;

    private final AuditTrail trail;
    private final AssignmentConfig config;
    private final TimeSource time;
    private final Replica replica;

    FenceLog(AuditTrail trail, AssignmentConfig config, TimeSource time, Replica replica) {
        this.trail = trail;
        this.config = config;
        this.time = time;
        this.replica = replica;
    }

    /** The database is heard again. One event for each test that was running, as this replica knew it; of many, the newest. */
    void lifted(Duration silence, Catalog catalog) {
        Instant now = time.now();
        List<Experiment> running =
                catalog.all().stream().filter(Experiment::running).toList();
        LOG.warnf(
                "the database was silent for %d s and is heard again; control answered for %d tests meanwhile",
                silence.toSeconds(), running.size());
        // what waits for the audit trail has a bound that all share
        running.stream().limit(MOST_EVENTS).forEach(test -> trail.append(event(test, now, silence)));
    }

    private AutomaticEvent event(Experiment test, Instant now, Duration silence) {
        return new AutomaticEvent(
                now,
                test.testId(),
                Actors.FENCE,
                "fence_lifted",
                Map.of("treatment", "withheld", "replica", replica.name()),
                Map.of("treatment", "allowed", "replica", replica.name()),
                test.generation(),
                "the database was silent for " + silence.toSeconds() + " s; after the first "
                        + config.fenceAfter().toSeconds()
                        + " s of them control answered for every test on this replica");
    }
}
