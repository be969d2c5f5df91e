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
 * Keeps an empty segment ready, so that going over to the next costs a reference and no IO. Released segments are emptied
 * and used again, which keeps the mappings few and the disk space reserved; surplus ones are deleted. Both happen in the
 * background.
 */
final class SegmentSupply {
    private static final Logger LOG = System.getLogger(SegmentSupply.class.getName());

    /** One to go over to and one that comes back meanwhile: a reader that keeps up then causes no file to be made. */
    private static final int SPARES = 2;

    private static final long REPORT_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final LogDirectory directory;
    private final LogSettings settings;
    private final CoalescingTask refilling;
    private final LongSupplier nanoTime;
    private final AtomicLong usedBytes;
    private final Queue<Segment> spares = new ArrayBlockingQueue<>(SPARES);

    /** Why there is no spare: FULL or IO_ERROR; null when there is one or it is merely not made yet. */
    private volatile @Nullable AppendOutcome shortage;

    /** What was said last, and when: a log at its limit is full and not full by turns. */
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

    /** Whether to try to make one: a while after it was not possible, and always when it merely has not been done yet. */
    private boolean isDue() {
        long now = nanoTime.getAsLong();
        if (shortage != null && now - retryAt < 0) {
            return false;
        }
        retryAt = now + settings.retryAfter().toNanos();
        return true;
    }

    /** Why there is no empty segment. That the background has not made it yet is a disk that is too slow. */
    AppendOutcome shortage() {
        AppendOutcome known = shortage;
        return known == null ? AppendOutcome.IO_ERROR : known;
    }

    /** Makes a spare if there is none and the limits allow. */
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

    /** Takes back a segment that nobody reads or writes any more. */
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
        // another name for each attempt: what a failing disk keeps of one must not be in the way of the next
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
                        + " %,d must stay free. Is the database away? What is refused until there is room is never stored")
                .formatted(usedBytes.get(), settings.maxBytes(), freeBytes, settings.minFreeBytes());
    }

    private String failing() {
        return "No journal segment can be created; tried again every " + settings.retryAfter()
                + ". Check the data directory: is it there, writable, not full?";
    }
}
