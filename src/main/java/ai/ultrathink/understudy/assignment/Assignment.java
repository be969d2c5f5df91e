package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * Version 1 of the assignment of units to variants: a pure function of test, unit and split.
 *
 * <p>bucket = XXH3-64 (seed 0) of utf8(test id), a zero byte, utf8(unit id), unsigned, shifted right by 32; treatment if and
 * only if bucket &lt; floor(split × 2^32). Treatment's range grows from 0, so raising the split only ever moves units from
 * control to treatment. The test id is part of the hash, so tests are independent of each other; the zero byte keeps
 * ("ab", "c") apart from ("a", "bc").
 *
 * <p>Hash: Yann Collet's XXH3, <a href="https://github.com/Cyan4973/xxHash">github.com/Cyan4973/xxHash</a>.
 */
public final class Assignment {

    /** The version of the rule, published with the vectors that clients in other languages check themselves against. */
    public static final int VERSION = 1;

    private static final Hasher64 HASHER = Hashing.xxh3_64(0);

    // two ids of 100 characters with up to four bytes each, and the zero between
    private static final int LONGEST = 2 * 4 * 100 + 1;
    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[LONGEST]);

    private Assignment() {}

    /** The variant of a unit. */
    public static Variant assign(String testId, String unitId, Split split) {
        return bucket(testId, unitId) < split.threshold() ? Variant.TREATMENT : Variant.CONTROL;
    }

    /** The bucket of a unit in a test, 0 to 2^32 - 1. */
    public static long bucket(String testId, String unitId) {
        byte[] scratch = SCRATCH.get();
        int end = put(testId, scratch, 0);
        if (end >= 0 && end < scratch.length) {
            scratch[end] = 0;
            end = put(unitId, scratch, end + 1);
        }
        if (end < 0 || end >= scratch.length) {
            return bucketOf(bytes(testId, unitId));
        }
        return HASHER.hashBytesToLong(scratch, 0, end) >>> 32;
    }

    /** Writes ASCII where it goes; -1 for anything else, which is rare and may cost an allocation. */
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

    private static byte[] bytes(String testId, String unitId) {
        return (testId + '\0' + unitId).getBytes(StandardCharsets.UTF_8);
    }

    private static long bucketOf(byte[] bytes) {
        return HASHER.hashBytesToLong(bytes) >>> 32;
    }
}
