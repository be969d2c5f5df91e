package ai.ultrathink.understudy.journal;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The durable number below which all records are released. Two slots take turns, each a number and a check of it, so that a
 * valid one is left at any instant. A lost or damaged mark counts as 0: records are then delivered twice, never lost.
 */
final class ReleaseMark {
    private static final int FILE_BYTES = 4096;

    /** "UREL" and the version. */
    private static final int MAGIC = 'U' | 'R' << 8 | 'E' << 16 | 'L' << 24;

    private static final int VERSION = 1;
    private static final int FIRST_SLOT = 16;
    private static final int SLOT_BYTES = 16;

    private final MappedByteBuffer buffer;
    private volatile long sequence;
    private int nextSlot;

    private ReleaseMark(MappedByteBuffer buffer) {
        this.buffer = buffer;
        long first = read(0);
        long second = read(1);
        this.sequence = Math.max(0, Math.max(first, second));
        this.nextSlot = first >= second ? 1 : 0;
    }

    /** @throws UnusableLogException if a newer version wrote it */
    static ReleaseMark open(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) == FILE_BYTES) {
            MappedByteBuffer buffer = MappedFiles.write(file);
            if (buffer.getInt(0) == MAGIC) {
                requireKnown(buffer.getInt(4), file);
                return new ReleaseMark(buffer);
            }
        }
        Files.deleteIfExists(file);
        MappedByteBuffer buffer = MappedFiles.create(file, FILE_BYTES);
        buffer.putInt(4, VERSION);
        buffer.putInt(0, MAGIC);
        return new ReleaseMark(buffer);
    }

    long sequence() {
        return sequence;
    }

    /** Moves the mark up; a lower one is ignored. Answers whether it moved. One caller at a time. */
    boolean advance(long to) {
        if (to <= sequence) {
            return false;
        }
        int slot = FIRST_SLOT + nextSlot * SLOT_BYTES;
        buffer.putLong(slot, to);
        buffer.putLong(slot + 8, check(to));
        nextSlot = 1 - nextSlot;
        sequence = to;
        return true;
    }

    void force() {
        buffer.force();
    }

    private static void requireKnown(int version, Path file) throws UnusableLogException {
        if (version != VERSION) {
            throw new UnusableLogException(
                    "%s has version %d, this program reads version %d; run the program that wrote it until it is empty"
                            .formatted(file.toAbsolutePath(), version, VERSION));
        }
    }

    private long read(int slot) {
        int at = FIRST_SLOT + slot * SLOT_BYTES;
        long value = buffer.getLong(at);
        return buffer.getLong(at + 8) == check(value) ? value : -1;
    }

    private static long check(long value) {
        return (value + 1) * 0x9E3779B97F4A7C15L;
    }
}
