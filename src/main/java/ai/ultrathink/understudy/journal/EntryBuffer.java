package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.journal.log.AppendOutcome;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries on their way to the database: in the log, or, while there is none or it cannot be written, in memory. Better to risk
 * the rows of a bad disk with the process than to lose them at once; {@link #degraded} says that it is so.
 */
public final class EntryBuffer {

    private final MemoryQueue memory;
    private volatile @Nullable SegmentedLog log;
    private volatile long firstOfThisProcess = Position.NOWHERE;
    private volatile boolean degraded = true;

    /** @param memoryCapacity entries that fit into memory */
    public EntryBuffer(int memoryCapacity) {
        this.memory = new MemoryQueue(memoryCapacity);
    }

    /** Keeps entries in a log from now on. It may hold some of an earlier process. */
    public void attach(SegmentedLog opened) {
        firstOfThisProcess = opened.nextSequence();
        log = opened;
        degraded = false;
    }

    /**
     * Takes an entry. Refusals: {@link AppendOutcome#IO_ERROR} says that memory, which stood in for the disk, is full; the
     * others are the log's.
     */
    public AppendOutcome append(byte[] bytes, int length) {
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
            // compiled code hears of a fault of the disk a moment after it; kept twice is stored once
            return AppendOutcome.IO_ERROR;
        }
    }

    /** Hands entries to the consumer, in the order in which they were taken. One thread at a time. */
    public int poll(int max, EntryConsumer consumer) {
        int delivered = 0;
        while (delivered < max) {
            // in this order: an entry of the log that is counted here comes after whatever memory is then without
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

    /** Gives up all entries before a place: they are stored. */
    public void release(Position stored) {
        SegmentedLog opened = log;
        if (opened != null) {
            opened.release(stored.log());
        }
        memory.release(stored.memory());
    }

    /** Behind all entries taken so far. */
    Position taken() {
        return new Position(nextSequence(), memory.appended());
    }

    /** Behind all entries handed to a consumer so far. */
    public Position read() {
        return new Position(readSequence(), memory.read());
    }

    /** Behind all entries given up so far. */
    Position released() {
        SegmentedLog opened = log;
        return new Position(opened == null ? 0 : opened.releasedSequence(), memory.released());
    }

    /** The log's first entry that this process has made; {@link Position#NOWHERE} while there is no log. */
    long firstOfThisProcess() {
        return firstOfThisProcess;
    }

    /** Entries that nobody has read yet. */
    long unread() {
        return nextSequence() - readSequence() + memory.appended() - memory.read();
    }

    /** Entries that are not in the database yet. */
    public long pending() {
        SegmentedLog opened = log;
        return (opened == null ? 0 : opened.pendingRecords()) + inMemory();
    }

    /** Those of them that are in memory alone. */
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

    /** Whether there is no log, or the last entry had to go to memory. */
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
