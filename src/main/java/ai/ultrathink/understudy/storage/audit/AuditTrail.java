package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Stores a replica's automatic changes in the audit trail: one event after the other, in order, except that an event
 * that the database does not accept is passed by later ones. Appending never waits. An event without room is dropped
 * and counted, and so is one that the database rejects repeatedly while it accepts others. Changes by people write
 * their events themselves, in their transaction.
 */
@ApplicationScoped
public class AuditTrail {

    private static final Logger LOG = Logger.getLogger(AuditTrail.class);

    private final Function<AutomaticEntry, Uni<Void>> store;
    private final AuditConfig config;
    private final MeterRegistry meters;
    private final ArrayBlockingQueue<AutomaticEntry> waiting;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile Cancellable current = () -> {};
    // how often a later event was tried instead of the first
    private final AtomicInteger rounds = new AtomicInteger();

    @Inject
    AuditTrail(EventStore store, AuditConfig config, MeterRegistry meters) {
        this(store::record, config, meters);
    }

    /** @param store writes one event; called again with the same event after a failure */
    AuditTrail(Function<AutomaticEntry, Uni<Void>> store, AuditConfig config, MeterRegistry meters) {
        this.store = store;
        this.config = config;
        this.meters = meters;
        this.waiting = new ArrayBlockingQueue<>(config.queueCapacity());
    }

    /** Takes an event, which is stored soon, or when the database is back. */
    public void append(AutomaticEntry event) {
        if (waiting.offer(event)) {
            write();
        } else {
            dropped(event, "full");
        }
    }

    private void write() {
        if (waiting.isEmpty() || !writing.compareAndSet(false, true)) {
            return;
        }
        current = Multi.createBy()
                .repeating()
                .uni(this::writeFirst)
                .whilst(written -> !waiting.isEmpty())
                .onTermination()
                .invoke(() -> {
                    writing.set(false);
                    // an event that arrived since the last check found this writer still active
                    write();
                })
                .subscribe()
                .with(written -> {}, failure -> LOG.error("events could not be written", failure));
    }

    private Uni<Boolean> writeFirst() {
        AutomaticEntry event = waiting.peek();
        if (event == null) {
            return Uni.createFrom().item(true);
        }
        AtomicInteger tries = new AtomicInteger();
        return stored(event)
                .onFailure(failure -> tries.incrementAndGet() < config.attempts())
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter())
                .indefinitely()
                .invoke(() -> written(event))
                .replaceWith(true)
                .onFailure()
                .recoverWithUni(failure -> failure instanceof DatabaseAwayException
                        ? orAnother(event)
                        : Uni.createFrom().item(() -> setAside(event, failure)));
    }

    private Uni<Void> stored(AutomaticEntry event) {
        return Uni.createFrom().deferred(() -> store.apply(event));
    }

    /**
     * Checks whether the event, and not the database, is at fault. If the database accepts a later event, this one is
     * sent a last time, because the database may have come back in between, and is then dropped; otherwise both keep
     * their places.
     */
    private Uni<Boolean> orAnother(AutomaticEntry event) {
        int behind = waiting.size() - 1;
        AutomaticEntry other = behind < 1
                ? null
                // a different one each time, because the next may be invalid, too
                : waiting.stream()
                        .skip(1 + rounds.getAndIncrement() % behind)
                        .findFirst()
                        .orElse(null);
        return other == null
                ? Uni.createFrom().item(true)
                : stored(other)
                        .invoke(() -> waiting.remove(other))
                        .chain(() -> lastAttempt(event))
                        .onFailure()
                        .recoverWithItem(true);
    }

    private Uni<Boolean> lastAttempt(AutomaticEntry event) {
        return stored(event)
                .invoke(() -> written(event))
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(failure -> setAside(event, failure));
    }

    private void written(AutomaticEntry event) {
        rounds.set(0);
        waiting.remove(event);
    }

    private boolean setAside(AutomaticEntry event, Throwable failure) {
        LOG.errorf("the database rejects an event but accepts others: %s", failure.getMessage());
        dropped(event, "refused");
        written(event);
        return true;
    }

    private void dropped(AutomaticEntry event, String reason) {
        LOG.warnf("not in the audit trail (%s): %s", reason, event);
        ServiceMetric.AUDIT_DROPPED
                .counter(meters, "test", event.testId(), "reason", reason)
                .increment();
    }

    /** Stops, and logs the events that are lost with this process. */
    @PreDestroy
    void stop() {
        for (AutomaticEntry event = waiting.poll(); event != null; event = waiting.poll()) {
            dropped(event, "closed");
        }
        // last, because the end of a write checks for more events
        current.cancel();
    }
}
