package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.DatabaseAwayException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Moves observations from the queue into the database, in order and one batch at a time: as soon as a buffer's worth waits,
 * after a while in any case, and as large as what has gathered meanwhile. A database that is away is tried until it is back.
 */
final class JournalWriter {

    private static final Logger LOG = Logger.getLogger(JournalWriter.class);

    /** Where batches go. */
    interface Sink {
        /** Stores a batch; sending one again is harmless. Fails with {@link DatabaseAwayException} when to try again. */
        Uni<Integer> insert(List<Observation> batch);
    }

    private record Flush(long upTo, UniEmitter<? super Void> emitter) {}

    private final BlockingQueue<Observation> waiting;
    private final Sink sink;
    private final JournalConfig config;
    private final MeterRegistry meters;
    private final Counter written;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicLong appended = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();
    private final ConcurrentLinkedQueue<Flush> flushes = new ConcurrentLinkedQueue<>();
    private Cancellable ticking = () -> {};

    JournalWriter(BlockingQueue<Observation> waiting, Sink sink, JournalConfig config, MeterRegistry meters) {
        this.waiting = waiting;
        this.sink = sink;
        this.config = config;
        this.meters = meters;
        this.written = meters.counter("understudy.journal.written");
    }

    void start() {
        ticking = Multi.createFrom()
                .ticks()
                .every(config.flushEvery())
                .onOverflow()
                .drop()
                .subscribe()
                .with(tick -> write());
    }

    void stop() {
        ticking.cancel();
    }

    /** One more observation waits. */
    void appended() {
        appended.incrementAndGet();
        if (waiting.size() >= config.buffer()) {
            write();
        }
    }

    Uni<Void> flush() {
        return Uni.createFrom().emitter(emitter -> {
            flushes.add(new Flush(appended.get(), emitter));
            settle(0);
            write();
        });
    }

    private void write() {
        if (waiting.isEmpty() || !writing.compareAndSet(false, true)) {
            return;
        }
        List<Observation> batch = new ArrayList<>();
        waiting.drainTo(batch, config.maxBatch());
        store(batch)
                .onTermination()
                .invoke(() -> writing.set(false))
                .subscribe()
                .with(
                        done -> {
                            settle(batch.size());
                            if (waiting.size() >= config.buffer() || !flushes.isEmpty()) {
                                write();
                            }
                        },
                        failure ->
                                LOG.error("a batch of observations is lost; this is a bug, please report it", failure));
    }

    private Uni<Void> store(List<Observation> batch) {
        return Uni.createFrom()
                .deferred(() -> sink.insert(batch))
                .onFailure(DatabaseAwayException.class)
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter().multipliedBy(8))
                .indefinitely()
                .invoke(rows -> written.increment(rows))
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> storeApart(batch, failure));
    }

    /** One row that the database will not have must not keep the others out: halve the batch until it stands alone. */
    private Uni<Void> storeApart(List<Observation> batch, Throwable failure) {
        if (batch.size() > 1) {
            int middle = batch.size() / 2;
            return store(batch.subList(0, middle)).chain(() -> store(batch.subList(middle, batch.size())));
        }
        Observation refused = batch.getFirst();
        LOG.errorf("the database refuses the observation of request %s: %s", refused.requestId(), failure.getMessage());
        meters.counter("understudy.journal.refused", "test", refused.testId(), "reason", "invalid")
                .increment();
        return Uni.createFrom().voidItem();
    }

    private void settle(int count) {
        long upTo = settled.addAndGet(count);
        flushes.removeIf(flush -> {
            if (flush.upTo > upTo) {
                return false;
            }
            flush.emitter.complete(null);
            return true;
        });
    }
}
