package ai.ultrathink.understudy.journal.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The layout of one record in a segment, little-endian and aligned to eight bytes:
 *
 * <pre>
 *  0  check     4 bytes, see {@link #check}
 *  4  length    4 bytes, of the payload; never 0
 *  8  sequence  8 bytes, the record's number
 * 16  payload, then zeros up to a multiple of eight
 * </pre>
 *
 * Check and length are one word, stored last and with release order. A process killed at any instant therefore leaves
 * either a complete record or one whose first word is still zero.
 */
final class RecordFrame {
    static final int HEADER_BYTES = 16;
    static final int ALIGNMENT = 8;

    /**
     * More records than a log will ever have. Prevents most stray bytes from being taken for a record and checksummed.
     */
    private static final long SEQUENCE_LIMIT = 1L << 48;

    private static final VarHandle HEAD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private RecordFrame() {}

    /** The size in a segment of a record with this payload. */
    static int bytes(int length) {
        return (HEADER_BYTES + length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    static void write(ByteBuffer segment, int at, long sequence, byte[] bytes, int offset, int length, int crc) {
        segment.put(at + HEADER_BYTES, bytes, offset, length);
        segment.putLong(at + 8, sequence);
        long head = (long) length << 32 | Integer.toUnsignedLong(check(crc, sequence, at, length));
        HEAD.setRelease(segment, at, head);
    }

    /**
     * The length of a possible record at {@code at}, or -1 if there cannot be one. Cheap; {@link #isWhole} decides.
     *
     * @param after the record's sequence must be greater than this
     * @param limit the record must end at or before this offset
     */
    static int plausibleLength(ByteBuffer segment, int at, long after, int limit) {
        long head = segment.getLong(at);
        int length = (int) (head >>> 32);
        if (head == 0 || length <= 0 || length > limit - at - HEADER_BYTES) {
            return -1;
        }
        long sequence = sequence(segment, at);
        return sequence > after && sequence < SEQUENCE_LIMIT ? length : -1;
    }

    /** Whether the payload, copied from the record at {@code at}, is the one that was written there. */
    static boolean isWhole(ByteBuffer segment, int at, byte[] payload, int length) {
        return segment.getInt(at) == check(crc(payload, 0, length), sequence(segment, at), at, length);
    }

    static long sequence(ByteBuffer segment, int at) {
        return segment.getLong(at + 8);
    }

    /**
     * Binds the payload's CRC32C to the record's position, number and length, so that bytes that only look like a
     * record (a stale one, or a copy inside another payload) are not accepted. Mixing afterwards, instead of
     * checksumming all of it, allows the CRC to be computed before the position is known, outside the lock.
     */
    private static int check(int crc, long sequence, int at, int length) {
        long mix = (sequence + 1) * 0x9E3779B97F4A7C15L;
        mix = (mix ^ mix >>> 29 ^ ((long) at << 32 | length)) * 0xBF58476D1CE4E5B9L;
        return crc ^ (int) (mix ^ mix >>> 32);
    }
}
