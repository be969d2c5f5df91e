package ai.ultrathink.understudy.journal.log;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** The first eight bytes of a segment: a magic number and the format version, four bytes each. */
enum SegmentHeader {
    /** A segment of this version. */
    CURRENT,
    /** All zero: the segment was being created or cleared when the process died. */
    UNFINISHED,
    /** A segment of an unknown version. */
    UNKNOWN_VERSION,
    /** Not a segment, or a damaged one. */
    FOREIGN;

    static final int BYTES = 8;

    /** "ULOG" in the file. */
    private static final int MAGIC = 'U' | 'L' << 8 | 'O' << 16 | 'G' << 24;

    private static final int VERSION = 1;

    static SegmentHeader of(ByteBuffer segment) {
        int magic = segment.getInt(0);
        int version = segment.getInt(4);
        if (magic == MAGIC) {
            return version == VERSION ? CURRENT : UNKNOWN_VERSION;
        }
        return magic == 0 && version == 0 ? UNFINISHED : FOREIGN;
    }

    /** Description of a file with this header and without records. */
    String words(ByteBuffer segment) {
        return switch (this) {
            case UNKNOWN_VERSION ->
                "has version " + Integer.toUnsignedString(segment.getInt(4)) + ", which this program does not read";
            case FOREIGN -> "is not a segment of a journal";
            case CURRENT, UNFINISHED -> "has no records";
        };
    }

    static void write(ByteBuffer segment) {
        VarHandle.releaseFence();
        segment.putLong(0, (long) VERSION << 32 | MAGIC);
    }

    static void erase(ByteBuffer segment) {
        segment.putLong(0, 0);
        VarHandle.fullFence();
    }
}
