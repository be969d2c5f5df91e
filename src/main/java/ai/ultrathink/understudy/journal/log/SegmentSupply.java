package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an empty segment ready, so that switching to the next segment needs no IO. Released segments are cleared and
 * reused, which keeps mappings few and disk space reserved; surplus ones are deleted. Both happen in the background.
 */
final class SegmentSupply {
    private static final Logger LOG = System.getLogger(SegmentSupply.class.getName());

    /** One to switch to and one that returns meanwhile: with a reader that keeps up, no files are created. */
    private static final int SPARES = 2;

    private static final long REPORT_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final LogDirectory directory;
    private final LogSettings settings;
    private final CoalescingTask refilling;
    private final LongSupplier nanoTime;
    private final AtomicLong usedBytes;
    private final Queue<Segment> spares = new ArrayBlockingQueue<>(SPARES);

    /** Why there is no spare: FULL or IO_ERROR; null if there is one, or if it is still being created. */
    private volatile @Nullable AppendOutcome shortage;

    /** The last report and its time, because a log at its limit alternates between full and not full. */
    private @Nullable AppendOutcome reported;

    private long reportedAt;
    private long nextNumber;
    private long retryAt;

    SegmentSupply(
            LogDirectory directory, LogSettings settings, Executor background, LongSupplier nanoTime, long usedBytes)
            throws IOException {
        this.directory = directory;
        this.settings = settings;
        this.refilling = new CoalescingTask(background, this::refill);
        this.nanoTime = nanoTime;
        this.usedBytes = new AtomicLong(usedBytes);
        this.nextNumber = directory.lastSegmentNumber() + 1;
        this.retryAt = nanoTime.getAsLong();
    }

    /**
     * An empty segment, or null if there is none: {@link #shortage()} says why. Does no IO, because event loops call it. One
     * caller at a time.
     */
    @Nullable Segment take() {
        if (spares.isEmpty() && isDue()) {
            refilling.request();
        }
        Segment taken = spares.poll();
        if (taken != null) {
            refilling.request();
        }
        return taken;
    }

    /** Whether to create one now: after a delay if the last attempt failed, otherwise at once. */
    private boolean isDue() {
        long now = nanoTime.getAsLong();
        if (shortage != null && now - retryAt < 0) {
            return false;
        }
        retryAt = now + settings.retryAfter().toNanos();
        return true;
    }

    /** Why there is no empty segment. If it is still being created, the disk is too slow. */
    AppendOutcome shortage() {
        AppendOutcome known = shortage;
        return known == null ? AppendOutcome.IO_ERROR : known;
    }

    /** Creates a spare if there is none and the limits allow it. */
    synchronized void refill() {
        if (!spares.isEmpty()) {
            return;
        }
        try {
            long freeBytes = directory.freeBytes();
            if (isFull(freeBytes)) {
                refuse(AppendOutcome.FULL, full(freeBytes), null);
                return;
            }
            spares.add(create());
            shortage = null;
        } catch (IOException | InternalError e) {
            refuse(AppendOutcome.IO_ERROR, failing(), e);
        }
    }

    /** Takes back a segment that is no longer read or written. */
    synchronized void giveBack(Segment segment) {
        if (spares.size() < SPARES && segment.isRecyclable(settings.segmentBytes()) && recycle(segment)) {
            return;
        }
        usedBytes.addAndGet(-segment.fileBytes());
        try {
            segment.delete();
        } catch (IOException e) {
            // Its records are released: if the file stays, the next start deletes it.
            LOG.log(Level.WARNING, "A journal segment that is no longer needed could not be deleted", e);
        }
    }

    long usedBytes() {
        return usedBytes.get();
    }

    int spares() {
        return spares.size();
    }

    private boolean isFull(long freeBytes) {
        return usedBytes.get() + settings.segmentBytes() > settings.maxBytes()
                || freeBytes - settings.segmentBytes() < settings.minFreeBytes();
    }

    private Segment create() throws IOException {
        // a new name for each attempt, so that remains on a failing disk do not block the next
        Path file;
        do {
            file = directory.segmentFile(nextNumber++);
        } while (Files.exists(file, LinkOption.NOFOLLOW_LINKS));
        var buffer = MappedFiles.create(file, settings.segmentBytes());
        SegmentHeader.write(buffer);
        usedBytes.addAndGet(settings.segmentBytes());
        return Segment.empty(file, buffer);
    }

    private boolean recycle(Segment segment) {
        try {
            spares.add(segment.recycled());
            shortage = null;
            return true;
        } catch (InternalError e) {
            LOG.log(Level.WARNING, "A journal segment could not be emptied and is deleted", e);
            return false;
        }
    }

    private void refuse(AppendOutcome why, String description, @Nullable Throwable failure) {
        long now = nanoTime.getAsLong();
        if (why != reported || now - reportedAt >= REPORT_AGAIN_NANOS) {
            reported = why;
            reportedAt = now;
            LOG.log(Level.ERROR, description, failure);
        }
        shortage = why;
    }

    private String full(long freeBytes) {
        return ("The journal is full: its files take %,d of at most %,d bytes, and %,d bytes are free on the disk, of which"
                        + " %,d must stay free. Check the database. Entries that are rejected until there is room are lost")
                .formatted(usedBytes.get(), settings.maxBytes(), freeBytes, settings.minFreeBytes());
    }

    private String failing() {
        return "No journal segment can be created; this is retried every " + settings.retryAfter()
                + ". Check that the data directory exists, is writable and is not full";
    }
}
