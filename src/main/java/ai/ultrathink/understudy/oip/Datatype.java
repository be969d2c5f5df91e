package ai.ultrathink.understudy.oip;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Datatypes of the protocol whose numbers are taken. They are converted from and to float32, which networks are fed with. */
public enum Datatype {
    FP32(Float.BYTES, false) {
        @Override
        float next(ByteBuffer bytes) {
            return bytes.getFloat();
        }

        @Override
        void put(ByteBuffer bytes, float number) {
            bytes.putFloat(number);
        }
    },
    FP64(Double.BYTES, false) {
        @Override
        float next(ByteBuffer bytes) {
            return (float) bytes.getDouble();
        }

        @Override
        void put(ByteBuffer bytes, float number) {
            bytes.putDouble(number);
        }
    },
    INT32(Integer.BYTES, true) {
        @Override
        float next(ByteBuffer bytes) {
            return bytes.getInt();
        }

        @Override
        void put(ByteBuffer bytes, float number) {
            bytes.putInt((int) number);
        }
    },
    INT64(Long.BYTES, true) {
        @Override
        float next(ByteBuffer bytes) {
            return bytes.getLong();
        }

        @Override
        void put(ByteBuffer bytes, float number) {
            bytes.putLong((long) number);
        }
    };

    /** What is allowed, in words. */
    public static final String ALLOWED =
            Arrays.stream(values()).map(Datatype::name).collect(Collectors.joining(", "));

    private final int size;
    private final boolean whole;

    Datatype(int size, boolean whole) {
        this.size = size;
        this.whole = whole;
    }

    /** The bytes of a number. */
    public int size() {
        return size;
    }

    /** Whether it has whole numbers only. */
    public boolean whole() {
        return whole;
    }

    /** The next number of little-endian bytes, converted. */
    abstract float next(ByteBuffer bytes);

    /** Writes a number to little-endian bytes, converted. */
    abstract void put(ByteBuffer bytes, float number);

    /** Finds a datatype by its name in the protocol. */
    public static Optional<Datatype> of(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
