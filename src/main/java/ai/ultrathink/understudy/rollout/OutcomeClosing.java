package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.storage.outcomes.OutcomeBlocks;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Closes blocks of outcomes on the leader when they are due. The database takes care that a block is closed once and in order, so a
 * replica that only believes it leads does no harm.
 */
@ApplicationScoped
public class OutcomeClosing {

    private static final Logger LOG = Logger.getLogger(OutcomeClosing.class);

    /** So many steps a time that evaluations, which share the connections, are not kept waiting. */
    private static final int MOST_STEPS = 50;

    private final Supplier<Uni<Boolean>> leads;
    private final OutcomeBlocks blocks;
    private final RolloutConfig config;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile Cancellable running = () -> {};

    OutcomeClosing(LeaderElection election, OutcomeBlocks blocks, RolloutConfig config) {
        this.leads = election::holds;
        this.blocks = blocks;
        this.config = config;
    }

    /** Starts to look for blocks that are due. Call once, when the schema is in place. */
    public void start() {
        running = Multi.createFrom()
                .ticks()
                .every(config.evaluateEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> closeDue())
                .subscribe()
                .with(done -> {}, failure -> LOG.error("blocks of outcomes are no longer closed", failure));
    }

    private Uni<Void> closeDue() {
        return Uni.createFrom()
                .deferred(leads::get)
                .chain(leading -> leading ? steps() : Uni.createFrom().voidItem())
                .invoke(() -> failing.set(false))
                .onFailure()
                .invoke(failure -> {
                    if (!failing.getAndSet(true)) {
                        LOG.warnf("a block of outcomes was not closed, and will be later: %s", failure.getMessage());
                    }
                })
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> steps() {
        return Multi.createBy()
                .repeating()
                .uni(blocks::closeNext)
                .whilst(processed -> processed > 0)
                .select()
                .first(MOST_STEPS)
                .collect()
                .last()
                .replaceWithVoid();
    }

    @PreDestroy
    void stop() {
        running.cancel();
    }
}
