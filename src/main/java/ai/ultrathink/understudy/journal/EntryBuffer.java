package ai.ultrathink.understudy.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Entries on their way to the database: in the log, or, while the log cannot be written, in memory. Better to risk the rows
 * of a bad disk with the process than to lose them at once; {@link #degraded} says that it is so.
 */
final class EntryBuffer {

    /** The sequence of an entry in memory: above all others, so that it never holds the log's space. */
    static final long IN_MEMORY = Long.MAX_VALUE;

    private final Optional<SegmentedLog> log;
    private final ArrayBlockingQueue<byte[]> memory;
    private final AtomicLong memoryAppended = new AtomicLong();
    private volatile boolean degraded;

    /**
     * Makes a buffer.
     *
     * @param log empty when it could not be opened
     * @param memoryCapacity entries that fit into memory
     */
    EntryBuffer(Optional<SegmentedLog> log, int memoryCapacity) {
        this.log = log;
        this.memory = new ArrayBlockingQueue<>(memoryCapacity);
        this.degraded = log.isEmpty();
    }

    AppendOutcome append(byte[] bytes, int length) {
        if (log.isPresent()) {
            AppendOutcome outcome = log.get().append(bytes, 0, length);
            if (outcome != AppendOutcome.IO_ERROR) {
                degraded = false;
                return outcome;
            }
        }
        degraded = true;
        byte[] copy = new byte[length];
        System.arraycopy(bytes, 0, copy, 0, length);
        if (!memory.offer(copy)) {
            return AppendOutcome.FULL;
        }
        memoryAppended.incrementAndGet();
        return AppendOutcome.APPENDED;
    }

    /** Hands entries to the consumer, the log's first. One thread at a time. */
    int poll(int max, RecordConsumer consumer) {
        int delivered = log.map(l -> l.poll(max, consumer)).orElse(0);
        while (delivered < max) {
            byte[] entry = memory.poll();
            if (entry == null) {
                break;
            }
            consumer.accept(IN_MEMORY, ByteBuffer.wrap(entry));
            delivered++;
        }
        return delivered;
    }

    void release(long sequence) {
        log.ifPresent(l -> l.release(sequence));
    }

    long nextSequence() {
        return log.map(SegmentedLog::nextSequence).orElse(0L);
    }

    long readSequence() {
        return log.map(SegmentedLog::readSequence).orElse(0L);
    }

    long releasedSequence() {
        return log.map(SegmentedLog::releasedSequence).orElse(0L);
    }

    /** Entries that have gone to memory so far. */
    long memoryAppended() {
        return memoryAppended.get();
    }

    /** Entries that nobody has read yet. */
    long unread() {
        return nextSequence() - readSequence() + memory.size();
    }

    /** Entries that are not in the database yet. */
    long pending() {
        return log.map(SegmentedLog::pendingRecords).orElse(0L) + memory.size();
    }

    long usedBytes() {
        return log.map(SegmentedLog::usedBytes).orElse(0L);
    }

    long tornRecords() {
        return log.map(SegmentedLog::tornRecords).orElse(0L);
    }

    /** Whether the last entry had to go to memory. */
    boolean degraded() {
        return degraded;
    }
}
