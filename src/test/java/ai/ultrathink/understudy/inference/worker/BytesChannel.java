package ai.ultrathink.understudy.inference.worker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;

/** A channel whose reader gets what was written, a few bytes at a time, and then its end. */
final class BytesChannel implements ByteChannel {

    private static final int AT_A_TIME = 1_000;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int read;

    void put(byte[] bytes) {
        written.writeBytes(bytes);
    }

    /** Forgets the last bytes. */
    void cut(int count) {
        byte[] all = written.toByteArray();
        written.reset();
        put(Arrays.copyOf(all, all.length - count));
    }

    @Override
    public int read(ByteBuffer target) {
        int length = Math.min(Math.min(AT_A_TIME, target.remaining()), written.size() - read);
        if (length <= 0) {
            return -1;
        }
        target.put(written.toByteArray(), read, length);
        read += length;
        return length;
    }

    @Override
    public int write(ByteBuffer source) {
        byte[] some = new byte[Math.min(AT_A_TIME, source.remaining())];
        source.get(some);
        put(some);
        return some.length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
