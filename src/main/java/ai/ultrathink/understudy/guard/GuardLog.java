package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.guard.GuardState.Closed;
import ai.ultrathink.understudy.guard.GuardState.HalfOpen;
import ai.ultrathink.understudy.guard.GuardState.Open;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.replica.ReplicaName;
import ai.ultrathink.understudy.storage.audit.AuditTrail;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Reports that a guard opened or closed, in the log and in the experiment's audit trail. The attempts in between are
 * only in the metrics, so that flapping does not flood the audit trail.
 */
@ApplicationScoped
class GuardLog {

    private static final Logger LOG = Logger.getLogger(Guards.class);
    private static final String ACTOR = Actors.GUARD;

    private final Consumer<AutomaticEntry> trail;
    private final TimeSource time;
    private final ReplicaName replica;

    @Inject
    GuardLog(AuditTrail trail, TimeSource time, ReplicaName replica) {
        this(trail::append, time, replica);
    }

    GuardLog(Consumer<AutomaticEntry> trail, TimeSource time, ReplicaName replica) {
        this.trail = trail;
        this.time = time;
        this.replica = replica;
    }

    void changed(Experiment experiment, GuardState from, GuardState to) {
        if (from instanceof Closed && to instanceof Open open) {
            fields(experiment)
                    .tell(() -> LOG.warnf(
                            "the guard of experiment %s opened, control answers: %s",
                            experiment.testId(), open.reason()));
            trail.accept(event(experiment, AuditAction.GUARD_OPENED, from, to, open.reason()));
        } else if (from instanceof HalfOpen trying && to instanceof Closed closed) {
            long millis =
                    Duration.ofNanos(closed.closedNanos() - trying.sinceNanos()).toMillis();
            String reason = "%d trial requests succeeded, %.1f s after the guard opened"
                    .formatted(trying.rules().successesToClose(), millis / 1e3);
            fields(experiment)
                    .tell(() -> LOG.infof("the guard of experiment %s closed: %s", experiment.testId(), reason));
            trail.accept(event(experiment, AuditAction.GUARD_CLOSED, from, to, reason));
        }
    }

    /** The guard is held open from now on, whether it was open or not. */
    void outOfUse(Experiment experiment, GuardState state, String reason) {
        fields(experiment)
                .tell(() -> LOG.warnf("the treatment of experiment %s is out of use: %s", experiment.testId(), reason));
        trail.accept(event(experiment, AuditAction.TREATMENT_OUT_OF_USE, state, state, reason));
    }

    private static LogFields fields(Experiment experiment) {
        return LogFields.of(LogFields.TEST, experiment.testId()).and(LogFields.ACTOR, ACTOR);
    }

    private AutomaticEntry event(
            Experiment experiment, AuditAction action, GuardState from, GuardState to, String reason) {
        return new AutomaticEntry(
                time.now(),
                experiment.testId(),
                ACTOR,
                action,
                state(from),
                state(to),
                experiment.generation(),
                reason);
    }

    private Map<String, String> state(GuardState state) {
        return Map.of("guard", state.status().state().wireName(), "replica", replica.name());
    }
}
