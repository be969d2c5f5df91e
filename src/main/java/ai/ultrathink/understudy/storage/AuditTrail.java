package ai.ultrathink.understudy.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The way to the database for what a replica does to tests by itself: one event after the other, in order, for as long as it
 * takes. Whoever appends never waits; what finds no room is dropped and counted. Changes that people make write their own
 * events, in their transaction.
 */
@ApplicationScoped
public class AuditTrail {

    private static final Logger LOG = Logger.getLogger(AuditTrail.class);

    private final Function<AutomaticEvent, Uni<Void>> store;
    private final AuditConfig config;
    private final MeterRegistry meters;
    private final ArrayBlockingQueue<AutomaticEvent> waiting;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile Cancellable current = () -> {};

    @Inject
    AuditTrail(EventStore store, AuditConfig config, MeterRegistry meters) {
        this(store::record, config, meters);
    }

    /** @param store writes one event; may be given the same one again when it failed */
    AuditTrail(Function<AutomaticEvent, Uni<Void>> store, AuditConfig config, MeterRegistry meters) {
        this.store = store;
        this.config = config;
        this.meters = meters;
        this.waiting = new ArrayBlockingQueue<>(config.queueCapacity());
    }

    /** Takes an event; the database has it soon, or when it is back. */
    public void append(AutomaticEvent event) {
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
                    // what came between the last look and now found somebody writing
                    write();
                })
                .subscribe()
                .with(written -> {}, failure -> LOG.error("events could not be written", failure));
    }

    private Uni<Boolean> writeFirst() {
        AutomaticEvent event = waiting.peek();
        if (event == null) {
            return Uni.createFrom().item(true);
        }
        return Uni.createFrom()
                .deferred(() -> store.apply(event))
                .onFailure(DatabaseAwayException.class)
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter())
                .indefinitely()
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.errorf("the database refused an event: %s", failure.getMessage());
                    dropped(event, "refused");
                    return true;
                })
                .invoke(written -> waiting.remove(event));
    }

    private void dropped(AutomaticEvent event, String reason) {
        LOG.warnf("not in the audit trail (%s): %s", reason, event);
        meters.counter("understudy.audit.dropped", "test", event.testId(), "reason", reason)
                .increment();
    }

    /** Stops trying; says what is lost with this process. */
    @PreDestroy
    void stop() {
        for (AutomaticEvent event = waiting.poll(); event != null; event = waiting.poll()) {
            dropped(event, "closed");
        }
        // last, because whoever ends the writing looks whether there is more
        current.cancel();
    }
}
