package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.journal.log.AppendOutcome;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Buffers entries for the database: in the log, or in memory while there is no log or it cannot be written. With a bad
 * disk the entries would be lost at once; in memory they are lost only if the process dies. {@link #degraded} reports
 * this state.
 */
final class EntryBuffer {

    private final MemoryQueue memory;
    private volatile @Nullable SegmentedLog log;
    private volatile long firstOfThisProcess = Position.NOWHERE;
    private volatile boolean degraded = true;

    /** @param memoryCapacity the maximum number of entries in memory */
    EntryBuffer(int memoryCapacity) {
        this.memory = new MemoryQueue(memoryCapacity);
    }

    /** Keeps entries in a log from now on. The log may hold entries of an earlier process. */
    void attach(SegmentedLog opened) {
        firstOfThisProcess = opened.nextSequence();
        log = opened;
        degraded = false;
    }

    /**
     * Takes an entry. {@link AppendOutcome#IO_ERROR} means that the memory, used in place of the disk, is full; other
     * rejections are the log's.
     */
    AppendOutcome append(byte[] bytes, int length) {
        SegmentedLog opened = log;
        AppendOutcome outcome = opened == null ? AppendOutcome.IO_ERROR : appendTo(opened, bytes, length);
        if (outcome == AppendOutcome.IO_ERROR) {
            degraded = true;
            long logBefore = opened == null ? 0 : opened.nextSequence();
            return memory.offer(Arrays.copyOf(bytes, length), logBefore) ? AppendOutcome.APPENDED : outcome;
        }
        if (degraded) {
            degraded = false;
        }
        return outcome;
    }

    private static AppendOutcome appendTo(SegmentedLog log, byte[] bytes, int length) {
        try {
            return log.append(bytes, 0, length);
        } catch (InternalError e) {
            // compiled code gets a fault of the disk a moment late; an entry kept twice is stored once
            return AppendOutcome.IO_ERROR;
        }
    }

    /** Passes entries to the consumer, in the order in which they were taken. One thread at a time. */
    int poll(int max, EntryConsumer consumer) {
        int delivered = 0;
        while (delivered < max) {
            // in this order: every entry of the log counted here comes after the entries that memory no longer has
            long appended = nextSequence();
            long turn = Math.min(appended, memory.logBefore(appended));
            int fromLog = pollLog(max - delivered, turn, consumer);
            if (fromLog == 0 && !memory.deliver(consumer)) {
                break;
            }
            delivered += Math.max(1, fromLog);
        }
        return delivered;
    }

    private int pollLog(int max, long below, EntryConsumer consumer) {
        SegmentedLog opened = log;
        if (opened == null) {
            return 0;
        }
        return opened.poll(max, below, (sequence, bytes) -> consumer.accept(Position.ofLogEntry(sequence), bytes));
    }

    /** Releases all entries before a position: they are stored. */
    void release(Position stored) {
        SegmentedLog opened = log;
        if (opened != null) {
            opened.release(stored.log());
        }
        memory.release(stored.memory());
    }

    /** The position after all entries taken so far. */
    Position taken() {
        return new Position(nextSequence(), memory.appended());
    }

    /** The position after all entries passed to a consumer so far. */
    Position read() {
        return new Position(readSequence(), memory.read());
    }

    /** The position after all entries released so far. */
    Position released() {
        SegmentedLog opened = log;
        return new Position(opened == null ? 0 : opened.releasedSequence(), memory.released());
    }

    /** The first log entry of this process; {@link Position#NOWHERE} while there is no log. */
    long firstOfThisProcess() {
        return firstOfThisProcess;
    }

    /** Number of entries that have not been read yet. */
    long unread() {
        return nextSequence() - readSequence() + memory.appended() - memory.read();
    }

    /** Number of entries that are not in the database yet. */
    long pending() {
        SegmentedLog opened = log;
        return (opened == null ? 0 : opened.pendingRecords()) + inMemory();
    }

    /** Number of pending entries that are only in memory. */
    long inMemory() {
        return memory.appended() - memory.released();
    }

    long usedBytes() {
        SegmentedLog opened = log;
        return opened == null ? 0 : opened.usedBytes();
    }

    long tornRecords() {
        SegmentedLog opened = log;
        return opened == null ? 0 : opened.tornRecords();
    }

    /** Whether there is no log, or the last entry went to memory. */
    boolean degraded() {
        return degraded;
    }

    private long nextSequence() {
        SegmentedLog opened = log;
        return opened == null ? 0 : opened.nextSequence();
    }

    private long readSequence() {
        SegmentedLog opened = log;
        return opened == null ? 0 : opened.readSequence();
    }
}
