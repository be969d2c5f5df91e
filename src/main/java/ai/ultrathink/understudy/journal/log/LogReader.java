package ai.ultrathink.understudy.journal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one reader of a log: goes through the records in order, once each. */
final class LogReader {
    private static final Logger LOG = System.getLogger(LogReader.class.getName());

    /** Says which segment to read after one, as {@link SegmentChain#after} does. */
    interface Successor {
        @Nullable Segment after(@Nullable Segment segment);
    }

    private final Successor successor;
    private final long from;
    private final AtomicLong lost = new AtomicLong();
    private @Nullable SegmentCursor cursor;
    private boolean holding;
    private boolean unreadable;
    private volatile long nextSequence;

    /** @param from the number of the first record to deliver; lower ones are passed over */
    LogReader(Successor successor, long from) {
        this.successor = successor;
        this.from = from;
        this.nextSequence = from;
    }

    synchronized int poll(int max, long below, RecordConsumer consumer) {
        int delivered = 0;
        for (SegmentCursor at = find(); delivered < max && at != null && at.sequence() < below; at = find()) {
            consumer.accept(at.sequence(), at.payload().rewind());
            // Only now: a record whose consumer threw is found again.
            holding = false;
            // not back, where somebody has put a copy of a segment beside it
            nextSequence = Math.max(nextSequence, at.sequence() + 1);
            delivered++;
        }
        return delivered;
    }

    /** Goes on after a fault that the last poll did not hear of in time: what it found to be the end was none. */
    synchronized int pollAfter(InternalError fault, int max, long below, RecordConsumer consumer) {
        abandon(fault);
        return poll(max, below, consumer);
    }

    /** Above the numbers of all records delivered so far, and of those that never can be. */
    long nextSequence() {
        return nextSequence;
    }

    /** Records that were whole when they were written or found, and could not be read when their turn came. */
    long lost() {
        return lost.get();
    }

    /** The cursor at a record to deliver, or null if there is none yet. */
    private @Nullable SegmentCursor find() {
        while (!holding) {
            Segment next = successor.after(cursor == null ? null : cursor.segment());
            // In this order: once there is a next segment, nothing more comes into this one.
            if (cursor != null && advance(cursor)) {
                holding = cursor.sequence() >= from;
            } else if (next != null) {
                leave(cursor);
                cursor = new SegmentCursor(next);
            } else {
                return null;
            }
        }
        return cursor;
    }

    private boolean advance(SegmentCursor at) {
        try {
            return !unreadable && at.advance();
        } catch (InternalError e) {
            abandon(e);
            return false;
        }
    }

    /** So does the JVM tell of a fault (SIGBUS): the file was cut under the mapping, or its disk failed. */
    private void abandon(InternalError fault) {
        LOG.log(Level.ERROR, "The rest of a journal segment cannot be read; going on with the next one", fault);
        unreadable = true;
    }

    private void leave(@Nullable SegmentCursor left) {
        unreadable = false;
        long end = left == null ? 0 : left.segment().endSequence();
        if (end > nextSequence) {
            lost.addAndGet(end - nextSequence);
            nextSequence = end;
        }
    }
}
