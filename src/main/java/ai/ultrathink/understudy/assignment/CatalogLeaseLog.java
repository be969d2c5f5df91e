package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.replica.ReplicaName;
import ai.ultrathink.understudy.storage.audit.AuditTrail;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Reports in the log and the audit trail that this replica's catalog lease had run out. It reports afterwards, because
 * there was no database before.
 */
@ApplicationScoped
class CatalogLeaseLog {

    private static final Logger LOG = Logger.getLogger(CatalogLeaseLog.class);

    private static final int MOST_EVENTS = 500;

    private final AuditTrail trail;
    private final CatalogConfig config;
    private final TimeSource time;
    private final ReplicaName replica;

    CatalogLeaseLog(AuditTrail trail, CatalogConfig config, TimeSource time, ReplicaName replica) {
        this.trail = trail;
        this.config = config;
        this.time = time;
        this.replica = replica;
    }

    /**
     * Called when the database answers again. Stores one event for each running experiment known to this replica; of
     * many, for the newest.
     */
    void lifted(Duration silence, Catalog catalog) {
        Instant now = time.now();
        List<Experiment> running =
                catalog.all().stream().filter(Experiment::running).toList();
        LogFields.of(LogFields.ACTOR, Actors.FENCE)
                .tell(() -> LOG.warnf(
                        "the database was silent for %d s and answers again; control answered for %d experiments meanwhile",
                        silence.toSeconds(), running.size()));
        // the queue of the audit trail has a limit that all share
        running.stream().limit(MOST_EVENTS).forEach(experiment -> trail.append(event(experiment, now, silence)));
    }

    private AutomaticEntry event(Experiment experiment, Instant now, Duration silence) {
        return new AutomaticEntry(
                now,
                experiment.testId(),
                Actors.FENCE,
                AuditAction.FENCE_LIFTED,
                Map.of("treatment", "withheld", "replica", replica.name()),
                Map.of("treatment", "allowed", "replica", replica.name()),
                experiment.generation(),
                "the database was silent for " + silence.toSeconds() + " s; after the first "
                        + config.fenceAfter().toSeconds()
                        + " s of them control answered for every test on this replica");
    }
}
