package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.outcome.Observation;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
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
 * Moves journal entries into the database, several batches at a time. A batch is written when enough entries wait, or
 * after a time limit, and takes all that have gathered meanwhile. An entry is released only when its row is stored.
 *
 * <p>All state belongs to one thread; other threads only wake it.
 */
final class JournalWriter {

    private static final Logger LOG = Logger.getLogger(JournalWriter.class);

    private record Flush(Position until, UniEmitter<? super Void> emitter) {}

    private final EntryBuffer entries;
    private final ResultDelivery delivery;
    private final JournalConfig config;
    private final TimeSource time;
    private final RejectedEntries refusals;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("journal-writer").daemon().factory());
    private final AtomicBoolean woken = new AtomicBoolean();

    private final InFlight inFlight = new InFlight(Position.START);
    private final ShadowJoin shadows = new ShadowJoin();
    private final List<Flush> flushes = new ArrayList<>();
    private List<Observation> gathered = new ArrayList<>();
    private Position sent = Position.START;
    private boolean orphansGivenUp;
    private @Nullable ScheduledFuture<?> ticking;

    JournalWriter(
            EntryBuffer entries,
            ResultDelivery delivery,
            JournalConfig config,
            TimeSource time,
            RejectedEntries refusals) {
        this.entries = entries;
        this.delivery = delivery;
        this.config = config;
        this.time = time;
        this.refusals = refusals;
    }

    void start() {
        long period = config.flushEvery().toMillis();
        ticking = thread.scheduleWithFixedDelay(() -> unharmed(() -> pump(true)), 0, period, TimeUnit.MILLISECONDS);
    }

    /** Stops at once: entries that are not stored stay in the log. */
    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        thread.shutdown();
        // otherwise they would be retried after their resources are closed
        inFlight.abandon();
    }

    /** Called for every entry, so it wakes the thread only when a full batch waits. */
    void appended() {
        if (!woken.get() && entries.unread() >= config.buffer() && woken.compareAndSet(false, true)) {
            onThread(() -> pump(false));
        }
    }

    /** Ends when all entries taken before this call are stored, or rejected and counted. */
    Uni<Void> flush() {
        return Uni.createFrom().emitter(emitter -> {
            Flush flush = new Flush(entries.taken(), emitter);
            // a flush that was cancelled must not stay in the list during a database outage
            emitter.onTermination(() -> onThread(() -> flushes.remove(flush)));
            onThread(() -> {
                flushes.add(flush);
                pump(true);
                settle();
            });
        });
    }

    private void onThread(Runnable work) {
        try {
            thread.execute(() -> unharmed(work));
        } catch (RejectedExecutionException e) {
            LOG.debug("the journal's writer has stopped; entries stay in the journal", e);
        }
    }

    /** Catches every exception of a task, because a scheduled task that throws is never run again. */
    private static void unharmed(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("unexpected error in the journal's writer, which continues; please report it", e);
        }
    }

    private void pump(boolean due) {
        woken.set(false);
        while (inFlight.size() < config.inFlight()) {
            gather();
            boolean enough = gathered.size() >= config.buffer() || due || !flushes.isEmpty();
            if (!enough || (gathered.isEmpty() && releasable().equals(sent))) {
                return;
            }
            send();
        }
    }

    private void gather() {
        entries.poll(config.maxBatch() - gathered.size(), this::take);
        gathered.addAll(
                shadows.giveUpLate(time.nanoTime(), config.shadowTimeout().toNanos()));
        long ours = entries.firstOfThisProcess();
        if (!orphansGivenUp && entries.read().log() >= ours) {
            gathered.addAll(shadows.giveUpOrphans(ours));
            orphansGivenUp = true;
        }
    }

    private void take(Position at, ByteBuffer bytes) {
        Entry entry;
        try {
            entry = ObservationCodec.decode(bytes);
        } catch (RuntimeException e) {
            // any exception, because the bytes may be arbitrary; one bad entry must not be read forever
            LOG.errorf("a journal entry (%s) cannot be read and is skipped: %s", at, e);
            refusals.row(RejectedEntries.UNKNOWN, "unreadable");
            return;
        }
        switch (entry) {
            case Entry.Whole whole -> gathered.add(whole.observation());
            case Entry.Opened opened -> shadows.open(opened.observation(), at, time.nanoTime());
            case Entry.Closed closed -> shadows.close(closed).ifPresent(gathered::add);
        }
    }

    /** The position before which all entries are read and no observation waits for its second model. */
    private Position releasable() {
        return shadows.releasable(entries.read());
    }

    private void send() {
        List<Observation> batch = gathered;
        gathered = new ArrayList<>();
        sent = releasable();
        InFlight.Batch begun = inFlight.begin(sent);
        Cancellable underWay = delivery.deliver(batch)
                .subscribe()
                .with(done -> onThread(() -> {
                    entries.release(inFlight.stored(begun));
                    settle();
                    pump(false);
                }));
        inFlight.underWay(begun, underWay);
    }

    private void settle() {
        Position released = entries.released();
        flushes.removeIf(flush -> {
            if (!released.reaches(flush.until)) {
                return false;
            }
            flush.emitter.complete(null);
            return true;
        });
    }
}
