package ai.ultrathink.understudy.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Queue of entries in memory, numbered from 0. Each entry records the position of the log when it arrived, so that the
 * entries of both are read in order. Thread-safe, with one reader.
 */
final class MemoryQueue {

    private record Kept(ByteBuffer bytes, long logBefore) {}

    private final int capacity;
    private final ArrayDeque<Kept> waiting = new ArrayDeque<>();
    private long appended;
    private long released;

    /** @param capacity the maximum number of entries */
    MemoryQueue(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Takes an entry if there is room. The queue then owns the array.
     *
     * @param logBefore the number of the log's next entry
     */
    synchronized boolean offer(byte[] bytes, long logBefore) {
        if (waiting.size() >= capacity) {
            return false;
        }
        waiting.addLast(new Kept(ByteBuffer.wrap(bytes), logBefore));
        appended++;
        return true;
    }

    /** The log's entries below this number precede the first entry here; {@code otherwise} if there is none. */
    synchronized long logBefore(long otherwise) {
        Kept first = waiting.peekFirst();
        return first == null ? otherwise : first.logBefore();
    }

    /** Passes the first entry to the consumer; false if there is none. */
    boolean deliver(EntryConsumer consumer) {
        Kept first = first();
        if (first == null) {
            return false;
        }
        consumer.accept(Position.ofMemoryEntry(read()), first.bytes().rewind());
        // only now, so that an entry whose consumer threw is delivered again
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
