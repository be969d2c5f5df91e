package ai.ultrathink.understudy.journal.log;

import ai.ultrathink.understudy.journal.log.Recovery.Recovered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/**
 * An append-only log of byte records on disk. Many threads append. One thread reads with {@link #poll}, in order.
 * Records that are stored elsewhere are released with {@link #release}. Each record has a number, one higher than the
 * last.
 *
 * <p>Guarantee: a record whose append returned {@link AppendOutcome#APPENDED} is read by this process or, after a kill
 * -9 at any instant, by the next. It may be read again if it was not released. A power failure may lose data that the
 * kernel had not written yet; {@link #force} writes it.
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
        // Records below the first one are released, even if the mark was lost.
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
     * Opens the log in a directory, which is created if missing, and recovers what an earlier process left there.
     *
     * @param nanoTime a monotonic clock in nanoseconds, such as {@code System::nanoTime}
     * @throws UnusableLogException if another process has it open; nothing was touched
     * @throws IOException if the directory cannot be read or written. If only a segment cannot be created, the log
     *     opens, and appends are rejected
     */
    public static SegmentedLog open(Path directory, LogSettings settings, LongSupplier nanoTime) throws IOException {
        return open(directory, settings, nanoTime, Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "journal-segments");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** As above, with an executor that creates and deletes segments. The log owns and closes it. */
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
     * Appends a record of {@code length} bytes (at least one). Thread-safe. Does no IO: if a segment ends before its
     * successor was created in the background, the result is {@link AppendOutcome#IO_ERROR}.
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
            // Compiled code gets a fault a moment late: here at the latest.
            return writer.abandon(e);
        }
    }

    /**
     * Passes the records after those polled before to the consumer, in order. One thread at a time.
     *
     * @return the number of records, at most {@code max}; 0 if all are read
     */
    public int poll(int max, RecordConsumer consumer) {
        return poll(max, Long.MAX_VALUE, consumer);
    }

    /** As above, but stops at the first record whose number is not below {@code below}. */
    public int poll(int max, long below, RecordConsumer consumer) {
        if (closed) {
            return 0;
        }
        try {
            return reader.poll(max, below, consumer);
        } catch (InternalError e) {
            // Compiled code gets a fault a moment late: here at the latest.
            return reader.pollAfter(e, max, below, consumer);
        }
    }

    /**
     * Releases all records numbered below {@code sequence}: they are stored elsewhere and will not be delivered after a
     * restart. Thread-safe; calls may come in any order, and the highest number counts. Does no IO. Does nothing after
     * closing.
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

    /** The number of the next record, which is above all records appended so far. */
    public long nextSequence() {
        return writer.nextSequence();
    }

    /** All records below this number were passed to a consumer of {@link #poll}, or are lost and counted as torn. */
    public long readSequence() {
        return reader.nextSequence();
    }

    /** All records below this number are released. */
    public long releasedSequence() {
        return mark.sequence();
    }

    /** Number of records appended and not released. */
    public long pendingRecords() {
        long released = releasedSequence();
        return nextSequence() - released;
    }

    /** Size of the segment files in bytes, including the spare ones. */
    public long usedBytes() {
        return supply.usedBytes();
    }

    /** Number of segment files, including the spare ones. */
    int segments() {
        return chain.size() + supply.spares();
    }

    /** Number of records missing, damaged or incomplete when the log was opened, or unreadable since. */
    public long tornRecords() {
        return tornRecords + reader.lost();
    }

    /** Writes all appends and releases so far to the disk, and waits for it. */
    void force() {
        chain.snapshot().forEach(Segment::force);
        mark.force();
    }

    /** Forces, and unlocks the log for other processes. Later appends return {@link AppendOutcome#CLOSED}. */
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
