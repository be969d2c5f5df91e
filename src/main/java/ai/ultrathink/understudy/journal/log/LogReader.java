package ai.ultrathink.understudy.journal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The only reader of a log: reads each record once, in order. */
final class LogReader {
    private static final Logger LOG = System.getLogger(LogReader.class.getName());

    /** Finds the segment after another, as {@link SegmentChain#after} does. */
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

    /** @param from the number of the first record to deliver; lower ones are skipped */
    LogReader(Successor successor, long from) {
        this.successor = successor;
        this.from = from;
        this.nextSequence = from;
    }

    synchronized int poll(int max, long below, RecordConsumer consumer) {
        int delivered = 0;
        for (SegmentCursor at = find(); delivered < max && at != null && at.sequence() < below; at = find()) {
            consumer.accept(at.sequence(), at.payload().rewind());
            // Only now, so that a record whose consumer threw is found again.
            holding = false;
            // never back, in case a copy of a segment was added to the directory
            nextSequence = Math.max(nextSequence, at.sequence() + 1);
            delivered++;
        }
        return delivered;
    }

    /** Continues after a fault that the last poll got too late: the end that it found was not the end. */
    synchronized int pollAfter(InternalError fault, int max, long below, RecordConsumer consumer) {
        abandon(fault);
        return poll(max, below, consumer);
    }

    /** Greater than the numbers of all records delivered so far, and of those that are lost. */
    long nextSequence() {
        return nextSequence;
    }

    /** Number of records that were complete when written or recovered, but could not be read later. */
    long lost() {
        return lost.get();
    }

    /** The cursor at a record to deliver, or null if there is none yet. */
    private @Nullable SegmentCursor find() {
        while (!holding) {
            Segment next = successor.after(cursor == null ? null : cursor.segment());
            // In this order: once there is a next segment, this one gets no more records.
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

    /** Abandons a segment after a fault (SIGBUS): the file was truncated while mapped, or its disk failed. */
    private void abandon(InternalError fault) {
        LOG.log(Level.ERROR, "The rest of a journal segment cannot be read; continuing with the next one", fault);
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
