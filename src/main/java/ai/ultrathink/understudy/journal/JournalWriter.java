package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.DatabaseAwayException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Moves journal entries into the database, several batches at a time: as soon as a buffer's worth waits, after a while in any
 * case, and as large as what has gathered meanwhile. An entry is given up only when its row is stored.
 *
 * <p>All state belongs to one thread; everybody else only wakes it.
 */
final class JournalWriter {

    private static final Logger LOG = Logger.getLogger(JournalWriter.class);
    private static final int MOST_BACK_OFF = 8;

    /** Where batches go. */
    interface Sink {
        /** Stores a batch; sending one again is harmless. Fails with {@link DatabaseAwayException} when to try again. */
        Uni<Integer> insert(List<Observation> batch);
    }

    private record Flush(long sequence, long memory, UniEmitter<? super Void> emitter) {}

    private final EntryBuffer entries;
    private final Sink sink;
    private final JournalConfig config;
    private final TimeSource time;
    private final MeterRegistry meters;
    private final Counter written;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("journal-writer").daemon().factory());
    private final AtomicBoolean woken = new AtomicBoolean();

    private final long firstOfThisProcess;
    private final InFlight inFlight;
    private final InFlight memoryInFlight = new InFlight(0);
    private final ShadowJoin shadows = new ShadowJoin();
    private final List<Flush> flushes = new ArrayList<>();
    private List<Observation> gathered = new ArrayList<>();
    private long sentBelow;
    private long memoryRead;
    private long memorySettled;
    private @Nullable ScheduledFuture<?> ticking;

    JournalWriter(EntryBuffer entries, Sink sink, JournalConfig config, TimeSource time, MeterRegistry meters) {
        this.entries = entries;
        this.sink = sink;
        this.config = config;
        this.time = time;
        this.meters = meters;
        this.written = meters.counter("understudy.journal.written");
        this.firstOfThisProcess = entries.nextSequence();
        this.inFlight = new InFlight(entries.releasedSequence());
        this.sentBelow = entries.releasedSequence();
    }

    void start() {
        long period = config.flushEvery().toMillis();
        ticking = thread.scheduleWithFixedDelay(() -> pump(true), 0, period, TimeUnit.MILLISECONDS);
    }

    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        thread.shutdown();
    }

    /** One more entry waits. Called for every one, so it wakes the thread only when there is a buffer's worth to do. */
    void appended() {
        if (!woken.get() && entries.unread() >= config.buffer() && woken.compareAndSet(false, true)) {
            onThread(() -> pump(false));
        }
    }

    Uni<Void> flush() {
        return Uni.createFrom().emitter(emitter -> {
            Flush flush = new Flush(entries.nextSequence(), entries.memoryAppended(), emitter);
            onThread(() -> {
                flushes.add(flush);
                pump(true);
                settle();
            });
        });
    }

    private void onThread(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("the journal's writer has stopped; entries stay in the journal", e);
        }
    }

    private void pump(boolean due) {
        woken.set(false);
        while (inFlight.size() < config.inFlight()) {
            gather();
            boolean enough = gathered.size() >= config.buffer() || due || !flushes.isEmpty();
            if (!enough || (gathered.isEmpty() && releasable() == sentBelow)) {
                return;
            }
            send();
        }
    }

    private void gather() {
        entries.poll(config.maxBatch() - gathered.size(), this::take);
        long orphansBelow = entries.readSequence() >= firstOfThisProcess ? firstOfThisProcess : 0;
        gathered.addAll(shadows.giveUp(time.nanoTime(), config.shadowTimeout().toNanos(), orphansBelow));
    }

    private void take(long sequence, ByteBuffer bytes) {
        if (sequence == EntryBuffer.IN_MEMORY) {
            memoryRead++;
        }
        try {
            switch (ObservationCodec.decode(bytes)) {
                case Entry.Whole whole -> gathered.add(whole.observation());
                case Entry.Opened opened -> shadows.open(opened.observation(), sequence, time.nanoTime());
                case Entry.Closed closed -> shadows.close(closed).ifPresent(gathered::add);
            }
        } catch (IllegalArgumentException | BufferUnderflowException | IndexOutOfBoundsException e) {
            LOG.errorf("journal entry %d cannot be read and is left out: %s", sequence, e.getMessage());
            refuse("unknown", "unreadable");
        }
    }

    /** Below what has been read and what no shadow waits at. */
    private long releasable() {
        return shadows.lowest(entries.readSequence());
    }

    private void send() {
        List<Observation> batch = gathered;
        gathered = new ArrayList<>();
        sentBelow = releasable();
        InFlight.Batch sent = inFlight.begin(sentBelow);
        InFlight.Batch sentFromMemory = memoryInFlight.begin(memoryRead);
        store(batch)
                .subscribe()
                .with(done -> onThread(() -> {
                    entries.release(inFlight.stored(sent));
                    memorySettled = memoryInFlight.stored(sentFromMemory);
                    settle();
                    pump(false);
                }));
    }

    private Uni<Void> store(List<Observation> batch) {
        if (batch.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .deferred(() -> sink.insert(batch))
                .onFailure(DatabaseAwayException.class)
                .retry()
                .withBackOff(config.retryAfter(), config.retryAfter().multipliedBy(MOST_BACK_OFF))
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
        LOG.errorf("the database refuses the row of request %s: %s", refused.requestId(), failure.getMessage());
        refuse(refused.testId(), "invalid");
        return Uni.createFrom().voidItem();
    }

    private void refuse(String testId, String reason) {
        meters.counter("understudy.journal.refused", "test", testId, "reason", reason)
                .increment();
    }

    private void settle() {
        long released = entries.releasedSequence();
        flushes.removeIf(flush -> {
            if (flush.sequence > released || flush.memory > memorySettled) {
                return false;
            }
            flush.emitter.complete(null);
            return true;
        });
    }
}
