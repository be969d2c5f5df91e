package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One mapped file of records: eight bytes of header, then records without gaps. One thread at a time writes to it until
 * it is sealed; the reader follows. Java 21 cannot unmap files, so a mapping lives until it is garbage-collected. The
 * mapped bytes of a segment must not be accessed once all of its records are released.
 */
final class Segment {
    static final int HEADER_BYTES = SegmentHeader.BYTES;
    private static final long OPEN = Long.MAX_VALUE;
    private static final byte[] ZEROS = new byte[64 * 1024];

    private final Path file;
    private final MappedByteBuffer buffer;
    private final long fileBytes;
    private final boolean damaged;
    private final AtomicInteger readable;
    private volatile long endSequence;

    private Segment(
            Path file, MappedByteBuffer buffer, long fileBytes, boolean damaged, int readable, long endSequence) {
        this.file = file;
        this.buffer = buffer;
        this.fileBytes = fileBytes;
        this.damaged = damaged;
        this.readable = new AtomicInteger(readable);
        this.endSequence = endSequence;
    }

    /** An empty segment to write to. The buffer is writable and zero after its header. */
    static Segment empty(Path file, MappedByteBuffer buffer) {
        return new Segment(file, buffer, buffer.capacity(), false, HEADER_BYTES, OPEN);
    }

    /** A read-only segment of an earlier process. A damaged one is finally set aside, not deleted. */
    static Segment recovered(
            Path file, MappedByteBuffer buffer, long fileBytes, boolean damaged, int readable, long endSequence) {
        return new Segment(file, buffer, fileBytes, damaged, readable, endSequence);
    }

    boolean fits(int length) {
        return RecordFrame.bytes(length) <= buffer.capacity() - readable.getPlain();
    }

    void append(long sequence, byte[] bytes, int offset, int length, int crc) {
        int at = readable.getPlain();
        RecordFrame.write(buffer, at, sequence, bytes, offset, length, crc);
        readable.setRelease(at + RecordFrame.bytes(length));
    }

    /** Ends writing. All records in the segment have numbers below {@code endSequence}. */
    void seal(long endSequence) {
        this.endSequence = endSequence;
    }

    /** All records in the segment have lower numbers. Known once the segment is sealed. */
    long endSequence() {
        return endSequence;
    }

    boolean isReleased(long released) {
        return endSequence <= released;
    }

    /** The offset after the last readable record. */
    int readable() {
        return readable.getAcquire();
    }

    ByteBuffer bytes() {
        return buffer;
    }

    long fileBytes() {
        return fileBytes;
    }

    void force() {
        if (!buffer.isReadOnly()) {
            buffer.force();
        }
    }

    /** Whether {@link #recycled} can reuse this segment. */
    boolean isRecyclable(int segmentBytes) {
        return !buffer.isReadOnly() && buffer.capacity() == segmentBytes;
    }

    /**
     * The same file and mapping, cleared. The header is cleared first, so that remains left by a killed process are not
     * mistaken for damaged records.
     */
    Segment recycled() {
        SegmentHeader.erase(buffer);
        int end = buffer.capacity();
        for (int at = HEADER_BYTES; at < end; at += ZEROS.length) {
            buffer.put(at, ZEROS, 0, Math.min(ZEROS.length, end - at));
        }
        SegmentHeader.write(buffer);
        return empty(file, buffer);
    }

    /**
     * Deletes the file, unless it is kept. It is truncated first, because its space would stay occupied while it is
     * mapped.
     */
    void delete() throws IOException {
        if (damaged) {
            LogDirectory.setAside(file);
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        Files.deleteIfExists(file);
    }
}
