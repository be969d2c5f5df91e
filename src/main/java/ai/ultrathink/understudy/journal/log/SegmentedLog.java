package ai.ultrathink.understudy.journal.log;

import ai.ultrathink.understudy.journal.log.Recovery.Recovered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/**
 * An append-only log of byte records on disk. Many threads append; one reads with {@link #poll}, in order; whoever has
 * stored records elsewhere gives them up with {@link #release}. Each record has a number, one higher than the last.
 *
 * <p>Promises: a record whose append answered {@link AppendOutcome#APPENDED} is read by this process or, after a kill -9 at
 * any instant, by the next; it may be read again if it was not released. A loss of power may lose what the kernel had not
 * written yet; {@link #force} writes it.
 */
public final class SegmentedLog implements AutoCloseable {
    private final LogDirectory directory;
    private final LogSettings settings;
    private final ExecutorService background;
    private final ReleaseMark mark;
    private final SegmentChain chain;
    private final SegmentSupply supply;
    private final CoalescingTask reclaiming;
    private final LogReader reader;
    private final LogWriter writer;
    private final long tornRecords;
    private final Object releasing = new Object();
    private volatile boolean closed;

    private SegmentedLog(
            LogDirectory directory, LogSettings settings, LongSupplier nanoTime, ExecutorService background)
            throws IOException {
        this.directory = directory;
        this.settings = settings;
        this.background = background;
        this.mark = ReleaseMark.open(directory.releaseMarkFile());
        Recovered recovered = Recovery.of(directory, mark);
        // Below the first record there is nothing left to release; without a mark it would seem so.
        mark.advance(recovered.firstSequence());
        this.tornRecords = recovered.tornRecords();
        this.chain = new SegmentChain(recovered.segments());
        this.supply = new SegmentSupply(directory, settings, background, nanoTime, recovered.fileBytes());
        this.reclaiming = new CoalescingTask(background, this::reclaim);
        this.reader = new LogReader(chain::after, mark.sequence());
        long next = Math.max(mark.sequence(), recovered.endSequence());
        mark.begin(next);
        this.writer = new LogWriter(chain, supply, mark::end, next);
        supply.refill();
    }

    /**
     * Opens the log in a directory, which is created if missing, and finds what an earlier process left there.
     *
     * @param nanoTime a monotonic clock in nanoseconds, such as {@code System::nanoTime}
     * @throws UnusableLogException if another process has it open; nothing was touched
     * @throws IOException if the directory cannot be read or written. That a segment cannot be created is not such a
     *     failure: the log opens, and appending answers so
     */
    public static SegmentedLog open(Path directory, LogSettings settings, LongSupplier nanoTime) throws IOException {
        return open(directory, settings, nanoTime, Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "journal-segments");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** As above, with the executor that makes and removes segments. It belongs to the log, which closes it. */
    public static SegmentedLog open(
            Path directory, LogSettings settings, LongSupplier nanoTime, ExecutorService background)
            throws IOException {
        LogDirectory locked = LogDirectory.open(directory);
        try {
            return new SegmentedLog(locked, settings, nanoTime, background);
        } catch (IOException | RuntimeException | InternalError e) {
            background.close();
            locked.close();
            throw e;
        }
    }

    /**
     * Appends a record of {@code length} bytes (at least one). Any thread may call. Does no IO: where a segment ends before the
     * background has made its successor, that is an {@link AppendOutcome#IO_ERROR}.
     */
    public AppendOutcome append(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            throw new IllegalArgumentException("A record must have at least one byte");
        }
        if (length > settings.maxRecordBytes()) {
            return AppendOutcome.TOO_LARGE;
        }
        try {
            return writer.append(bytes, offset, length);
        } catch (InternalError e) {
            // Compiled code hears of a fault a moment after it: here at the latest.
            return writer.abandon(e);
        }
    }

    /**
     * Hands the records behind those polled before to the consumer, in order. One thread at a time.
     *
     * @return how many, at most {@code max}; 0 when all are read
     */
    public int poll(int max, RecordConsumer consumer) {
        return poll(max, Long.MAX_VALUE, consumer);
    }

    /** As above, and goes no further than to the first record whose number is not below {@code below}. */
    public int poll(int max, long below, RecordConsumer consumer) {
        if (closed) {
            return 0;
        }
        try {
            return reader.poll(max, below, consumer);
        } catch (InternalError e) {
            // Compiled code hears of a fault a moment after it: here at the latest.
            return reader.pollAfter(e, max, below, consumer);
        }
    }

    /**
     * Gives up all records numbered below {@code sequence}: they are stored elsewhere and will not be delivered after a
     * restart. Any thread may call, in any order: the highest counts. Does no IO. After closing it does nothing.
     */
    public void release(long sequence) {
        if (sequence > reader.nextSequence()) {
            throw new IllegalArgumentException("Cannot release up to %d: only records below %d were read"
                    .formatted(sequence, reader.nextSequence()));
        }
        synchronized (releasing) {
            if (!closed && mark.advance(sequence) && chain.hasReleased(sequence)) {
                reclaiming.request();
            }
        }
    }

    /** The number that the next record will get: all records appended so far are below. */
    public long nextSequence() {
        return writer.nextSequence();
    }

    /** All records below were given to {@link #poll}'s consumer, or are lost and counted as torn. */
    public long readSequence() {
        return reader.nextSequence();
    }

    /** All records below are released. */
    public long releasedSequence() {
        return mark.sequence();
    }

    /** Records appended and not released. */
    public long pendingRecords() {
        long released = releasedSequence();
        return nextSequence() - released;
    }

    /** What the segment files take, in bytes, with the empty ones held ready. */
    public long usedBytes() {
        return supply.usedBytes();
    }

    /** Segment files, with the empty ones held ready. */
    int segments() {
        return chain.size() + supply.spares();
    }

    /** Records missing, damaged or unfinished when the log was opened, and those that could not be read since. */
    public long tornRecords() {
        return tornRecords + reader.lost();
    }

    /** Writes everything appended and released so far to the disk, which takes as long as the disk does. */
    void force() {
        chain.snapshot().forEach(Segment::force);
        mark.force();
    }

    /** Forces, and lets other processes open the log. Appending answers {@link AppendOutcome#CLOSED} from now on. */
    @Override
    public void close() throws IOException {
        writer.close();
        synchronized (releasing) {
            if (closed) {
                return;
            }
            closed = true;
        }
        background.close();
        try {
            force();
        } finally {
            directory.close();
        }
    }

    private void reclaim() {
        for (Segment segment = chain.removeReleased(mark.sequence());
                segment != null;
                segment = chain.removeReleased(mark.sequence())) {
            supply.giveBack(segment);
        }
        supply.refill();
    }
}
