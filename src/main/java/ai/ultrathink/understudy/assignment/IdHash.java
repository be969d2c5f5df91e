package ai.ultrathink.understudy.assignment;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * Puts a pair of ids into one of 2^32 buckets: XXH3-64 of utf8(first), a zero byte, utf8(second), unsigned, shifted right by 32.
 * The zero byte keeps ("ab", "c") apart from ("a", "bc"). Hashes with different seeds are independent of each other.
 *
 * <p>Hash: Yann Collet's XXH3, <a href="https://github.com/Cyan4973/xxHash">github.com/Cyan4973/xxHash</a>.
 */
final class IdHash {

    // two ids of 100 characters with up to four bytes each, and the zero between
    private static final int LONGEST = 2 * 4 * 100 + 1;
    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[LONGEST]);

    private final Hasher64 hasher;

    IdHash(long seed) {
        this.hasher = Hashing.xxh3_64(seed);
    }

    /** The bucket of a pair, 0 to 2^32 - 1. */
    long bucket(String first, String second) {
        byte[] scratch = SCRATCH.get();
        int end = put(first, scratch, 0);
        if (end >= 0 && end < scratch.length) {
            scratch[end] = 0;
            end = put(second, scratch, end + 1);
        }
        if (end < 0 || end >= scratch.length) {
            return hasher.hashBytesToLong((first + '\0' + second).getBytes(StandardCharsets.UTF_8)) >>> 32;
        }
        return hasher.hashBytesToLong(scratch, 0, end) >>> 32;
    }

    /** Writes an ASCII string; returns -1 for other strings, which are rare and may need an allocation. */
    private static int put(String text, byte[] target, int from) {
        int length = text.length();
        if (length > target.length - from) {
            return -1;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return -1;
            }
            target[from + i] = (byte) c;
        }
        return from + length;
    }
}
