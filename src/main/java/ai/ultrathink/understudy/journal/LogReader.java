package ai.ultrathink.understudy.journal;

import org.jspecify.annotations.Nullable;

/** The one reader of a log: goes through the records in order, once each. */
final class LogReader {
    private final SegmentChain chain;
    private final long from;
    private @Nullable SegmentCursor cursor;
    private boolean holding;
    private volatile long nextSequence;

    /** @param from the number of the first record to deliver; lower ones are passed over */
    LogReader(SegmentChain chain, long from) {
        this.chain = chain;
        this.from = from;
        this.nextSequence = from;
    }

    synchronized int poll(int max, RecordConsumer consumer) {
        int delivered = 0;
        for (SegmentCursor at = find(); delivered < max && at != null; at = find()) {
            consumer.accept(at.sequence(), at.payload().rewind());
            // Only now: a record whose consumer threw is found again.
            holding = false;
            nextSequence = at.sequence() + 1;
            delivered++;
        }
        return delivered;
    }

    /** Above the numbers of all records delivered so far. */
    long nextSequence() {
        return nextSequence;
    }

    /** The cursor at a record to deliver, or null if there is none yet. */
    private @Nullable SegmentCursor find() {
        while (!holding) {
            Segment next = chain.after(cursor == null ? null : cursor.segment());
            // In this order: once there is a next segment, nothing more comes into this one.
            if (cursor != null && cursor.advance()) {
                holding = cursor.sequence() >= from;
            } else if (next != null) {
                cursor = new SegmentCursor(next);
            } else {
                return null;
            }
        }
        return cursor;
    }
}
