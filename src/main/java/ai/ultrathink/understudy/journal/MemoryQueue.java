package ai.ultrathink.understudy.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Entries in memory, numbered from 0 in their order. Each knows how far the log was when it came, so that entries of both are
 * read in the order in which they were kept. Safe for many threads, of which one reads.
 */
final class MemoryQueue {

    private record Kept(ByteBuffer bytes, long logBefore) {}

    private final int capacity;
    private final ArrayDeque<Kept> waiting = new ArrayDeque<>();
    private long appended;
    private long released;

    /** @param capacity how many entries may wait to be read */
    MemoryQueue(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Takes an entry, unless there is no room. The array belongs to the queue then.
     *
     * @param logBefore the number that the log's next entry had
     */
    synchronized boolean offer(byte[] bytes, long logBefore) {
        if (waiting.size() >= capacity) {
            return false;
        }
        waiting.addLast(new Kept(ByteBuffer.wrap(bytes), logBefore));
        appended++;
        return true;
    }

    /** The log's entries below this number come before the first one here; {@code otherwise} when there is none. */
    synchronized long logBefore(long otherwise) {
        Kept first = waiting.peekFirst();
        return first == null ? otherwise : first.logBefore();
    }

    /** Hands the first entry to the consumer; false when there is none. */
    boolean deliver(EntryConsumer consumer) {
        Kept first = first();
        if (first == null) {
            return false;
        }
        consumer.accept(Position.ofMemoryEntry(read()), first.bytes().rewind());
        // only now: one whose consumer threw is delivered again
        removeFirst();
        return true;
    }

    /** The number that the next entry will get. */
    synchronized long appended() {
        return appended;
    }

    /** The number of the next entry to be read. */
    synchronized long read() {
        return appended - waiting.size();
    }

    synchronized void release(long below) {
        released = Math.max(released, below);
    }

    /** All entries below are released. */
    synchronized long released() {
        return released;
    }

    private synchronized @Nullable Kept first() {
        return waiting.peekFirst();
    }

    private synchronized void removeFirst() {
        waiting.removeFirst();
    }
}
