package ai.ultrathink.understudy.journal.log;

import java.nio.ByteBuffer;

/**
 * Iterates over the complete records of a segment. Where bytes are damaged it searches for the next record at each
 * aligned offset, so that one bad record does not hide later ones.
 */
final class SegmentCursor {
    private static final int FIRST_PAYLOAD_BYTES = 512;

    private final Segment segment;
    private int offset = Segment.HEADER_BYTES;
    private long sequence = -1;
    private long damaged;
    private byte[] payload = new byte[FIRST_PAYLOAD_BYTES];
    private ByteBuffer view = ByteBuffer.wrap(payload);

    SegmentCursor(Segment segment) {
        this.segment = segment;
    }

    /** Moves to the next record. Returns false if none is readable yet. */
    boolean advance() {
        int limit = segment.readable();
        for (int at = offset; at <= limit - RecordFrame.HEADER_BYTES; at += RecordFrame.ALIGNMENT) {
            int length = RecordFrame.plausibleLength(segment.bytes(), at, sequence, limit);
            if (length > 0 && copyIfWhole(at, length)) {
                arrive(at, length);
                return true;
            }
        }
        return false;
    }

    Segment segment() {
        return segment;
    }

    /** The number of the record that the last advance found, -1 before the first. */
    long sequence() {
        return sequence;
    }

    /** The payload of that record, copied: advancing overwrites it. */
    ByteBuffer payload() {
        return view;
    }

    /** The offset after that record. */
    int offset() {
        return offset;
    }

    /** Number of records known to be lost between the records found so far. */
    long damaged() {
        return damaged;
    }

    private boolean copyIfWhole(int at, int length) {
        if (payload.length < length) {
            payload = new byte[Integer.highestOneBit(length) << 1];
            view = ByteBuffer.wrap(payload);
        }
        // Copied before the check, so that the checked bytes are delivered even if the file changes.
        segment.bytes().get(at + RecordFrame.HEADER_BYTES, payload, 0, length);
        return RecordFrame.isWhole(segment.bytes(), at, payload, length);
    }

    private void arrive(int at, int length) {
        long found = RecordFrame.sequence(segment.bytes(), at);
        if (at != offset) {
            damaged += sequence < 0 ? 1 : Math.max(1, found - sequence - 1);
        }
        sequence = found;
        offset = at + RecordFrame.bytes(length);
        view.clear().limit(length);
    }
}
