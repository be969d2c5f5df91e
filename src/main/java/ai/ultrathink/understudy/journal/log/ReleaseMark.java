package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Two durable numbers: the number below which all records are released, and the number of the next record. The first
 * alternates between two slots, each with a checksum, so that one of them is valid at any instant. A lost or damaged
 * mark counts as 0: records are then delivered twice, never lost. The second is one word that includes its checksum; it
 * tells the next process how many records to expect.
 */
final class ReleaseMark {
    private static final Logger LOG = System.getLogger(ReleaseMark.class.getName());

    private static final int FILE_BYTES = 4096;

    /** "UREL" and the version. */
    private static final int MAGIC = 'U' | 'R' << 8 | 'E' << 16 | 'L' << 24;

    private static final int VERSION = 1;
    private static final int FIRST_SLOT = 16;
    private static final int SLOT_BYTES = 16;

    /**
     * On a cache line of its own, because it is stored with every record. Files of earlier versions have 0 here, which
     * is not a number.
     */
    private static final int END = 128;

    private static final int END_CHECK_BITS = 16;
    private static final long NONE = -1;

    private final MappedByteBuffer buffer;
    private final boolean known;
    private final long lastEnd;
    private volatile long sequence;
    private int nextSlot;
    private boolean broken;

    private ReleaseMark(MappedByteBuffer buffer) {
        this.buffer = buffer;
        long first = read(buffer, 0);
        long second = read(buffer, 1);
        this.known = first != NONE || second != NONE;
        this.sequence = Math.max(0, Math.max(first, second));
        this.nextSlot = first >= second ? 1 : 0;
        this.lastEnd = readEnd(buffer);
    }

    /** Opens the mark, or creates one. A damaged mark is set aside; the readable part of it is kept in the new one. */
    static ReleaseMark open(Path file) throws IOException {
        ByteBuffer before = read(file);
        if (before.capacity() == FILE_BYTES && before.getInt(0) == MAGIC && before.getInt(4) == VERSION) {
            return new ReleaseMark(MappedFiles.write(file));
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            clearAway(file, before);
        }
        MappedByteBuffer buffer = MappedFiles.create(file, FILE_BYTES);
        if (before.capacity() >= END + Long.BYTES) {
            buffer.put(FIRST_SLOT, before, FIRST_SLOT, END + Long.BYTES - FIRST_SLOT);
        }
        buffer.putInt(4, VERSION);
        buffer.putInt(0, MAGIC);
        return new ReleaseMark(buffer);
    }

    /** All records below this number are released. */
    long sequence() {
        return sequence;
    }

    /** Whether the number was found in the file. If not, earlier records may have been released without a trace. */
    boolean known() {
        return known;
    }

    /** The next record's number at the end of the earlier process; -1 if unknown. */
    long lastEnd() {
        return lastEnd;
    }

    /** Raises the mark; a lower number is ignored. Returns whether it changed. One caller at a time. */
    boolean advance(long to) {
        if (to <= sequence) {
            return false;
        }
        write(to);
        return true;
    }

    /** Stores the mark, even if nothing is released yet, and the number of the next record. */
    void begin(long next) {
        write(sequence);
        end(next);
    }

    /** Records the next record's number. One caller at a time; never throws. */
    void end(long next) {
        if (broken) {
            return;
        }
        try {
            buffer.putLong(END, next << END_CHECK_BITS | endCheck(next));
        } catch (InternalError e) {
            // the file was truncated while mapped: records are safe without it, but a loss would not be noticed
            broken = true;
            LOG.log(Level.ERROR, "The journal's release mark can no longer be written", e);
        }
    }

    void force() {
        buffer.force();
    }

    private void write(long to) {
        int slot = FIRST_SLOT + nextSlot * SLOT_BYTES;
        buffer.putLong(slot, to);
        buffer.putLong(slot + 8, check(to));
        nextSlot = 1 - nextSlot;
        sequence = to;
    }

    /** The contents of the file, up to the length of a mark; empty if it cannot be read. */
    private static ByteBuffer read(Path file) {
        if (!Files.isRegularFile(file)) {
            return ByteBuffer.allocate(0);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES + 1);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The journal's release mark cannot be read", e);
            return ByteBuffer.allocate(0);
        }
    }

    private static void clearAway(Path file, ByteBuffer before) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) == 0) {
            Files.delete(file);
            return;
        }
        boolean whole = before.capacity() >= END + Long.BYTES && (read(before, 0) != NONE || read(before, 1) != NONE);
        Path aside = LogDirectory.setAside(file);
        LOG.log(
                Level.ERROR,
                "%s is damaged and is kept as %s. %s"
                        .formatted(
                                file.toAbsolutePath(),
                                aside.getFileName(),
                                whole
                                        ? "It still shows which records are stored"
                                        : "Records that are stored may be stored again, which changes nothing"));
    }

    private static long read(ByteBuffer buffer, int slot) {
        int at = FIRST_SLOT + slot * SLOT_BYTES;
        long value = buffer.getLong(at);
        return buffer.getLong(at + 8) == check(value) ? value : NONE;
    }

    private static long readEnd(ByteBuffer buffer) {
        long word = buffer.getLong(END);
        long value = word >>> END_CHECK_BITS;
        return (word & ((1L << END_CHECK_BITS) - 1)) == endCheck(value) ? value : NONE;
    }

    private static long check(long value) {
        return (value + 1) * 0x9E3779B97F4A7C15L;
    }

    private static long endCheck(long value) {
        return check(value) >>> (Long.SIZE - END_CHECK_BITS);
    }
}
