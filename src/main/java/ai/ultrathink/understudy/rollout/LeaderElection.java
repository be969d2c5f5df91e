package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.db.AdvisoryLock;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Elects the leader: the replica that holds a lock in the database. If it dies or hangs, the database releases the lock
 * within seconds, and another replica takes it.
 *
 * <p>A replica that was disconnected may assume for a moment that it still leads. Two leaders do no harm: each changes
 * only the generation that it evaluated, and the second finds a newer one.
 */
@ApplicationScoped
class LeaderElection {

    private static final Logger LOG = Logger.getLogger(LeaderElection.class);

    private final AdvisoryLock lock;
    private final RolloutConfig config;
    private volatile boolean leads;
    private volatile Cancellable asking = () -> {};

    LeaderElection(AdvisoryLock lock, RolloutConfig config, MeterRegistry meters) {
        this.lock = lock;
        this.config = config;
        ServiceMetric.ROLLOUT_LEADER.gauge(meters, this, now -> now.leads ? 1 : 0);
    }

    /** Starts trying to lead. Call once, when the schema is in place. */
    void start() {
        asking = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom().item(0L),
                        Multi.createFrom()
                                .ticks()
                                .every(config.leadEvery())
                                .onOverflow()
                                .drop())
                .onItem()
                .transformToUniAndConcatenate(tick -> lock.take())
                .subscribe()
                .with(this::learned, failure -> LOG.error("this replica no longer tries to lead", failure));
    }

    /** Whether this replica leads now. Asks the database; without an answer it does not lead. */
    Uni<Boolean> holds() {
        return leads ? lock.stillHeld() : Uni.createFrom().item(false);
    }

    private void learned(boolean held) {
        if (held != leads) {
            leads = held;
            LOG.info(
                    held ? "this replica leads: it evaluates the running experiments" : "this replica no longer leads");
        }
    }

    @PreDestroy
    void stop() {
        asking.cancel();
    }
}
