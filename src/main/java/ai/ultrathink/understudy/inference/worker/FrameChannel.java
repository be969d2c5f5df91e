package ai.ultrathink.understudy.inference.worker;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a socket: the length of the body in four bytes, then the body. Numbers are little-endian. Any thread may send; one
 * thread at a time may receive.
 */
final class FrameChannel implements AutoCloseable {

    /** The largest body. A length beyond it is not believed. */
    static final int MOST_BYTES = 64 << 20;

    private static final int HEAD_BYTES = Integer.BYTES;
    private static final int FIRST_BYTES = 1 << 16;

    private final ByteChannel channel;
    private final ReentrantLock sending = new ReentrantLock();
    private ByteBuffer out = buffer(FIRST_BYTES);
    private ByteBuffer in = buffer(FIRST_BYTES).limit(0);

    /** Writes a body. */
    interface Body {
        /** The number of bytes, at least as many as will be written. */
        int mostBytes();

        void write(ByteBuffer frame);
    }

    FrameChannel(ByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Sends one frame.
     *
     * @throws IllegalArgumentException if it is too large
     */
    void send(Body body) throws IOException {
        sending.lock();
        try {
            int needed = body.mostBytes();
            if (needed > MOST_BYTES) {
                throw new IllegalArgumentException("a frame of " + needed + " bytes; allowed: up to " + MOST_BYTES);
            }
            if (out.capacity() < HEAD_BYTES + needed) {
                out = buffer(HEAD_BYTES + needed);
            }
            out.clear().position(HEAD_BYTES);
            body.write(out);
            out.flip().putInt(0, out.limit() - HEAD_BYTES);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } finally {
            sending.unlock();
        }
    }

    /**
     * Waits for the next frame.
     *
     * @return its body, valid until the next call, or null when the other side has closed the channel between two frames
     * @throws IOException if the channel ends inside a frame, or the frame is too large
     */
    @Nullable ByteBuffer receive() throws IOException {
        if (!has(HEAD_BYTES, true)) {
            return null;
        }
        int length = in.getInt();
        if (length < 1 || length > MOST_BYTES) {
            throw new IOException("a frame of " + length + " bytes; allowed: 1 to " + MOST_BYTES);
        }
        has(length, false);
        ByteBuffer body = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return body;
    }

    /** Reads until there are so many bytes. False if the channel ended before the first of them, where that is allowed. */
    private boolean has(int bytes, boolean mayEnd) throws IOException {
        if (in.remaining() >= bytes) {
            return true;
        }
        in = moved(bytes);
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                boolean between = mayEnd && in.position() == 0;
                in.flip();
                if (between) {
                    return false;
                }
                throw new EOFException("the channel ended inside a frame");
            }
        }
        in.flip();
        return true;
    }

    /** A buffer with room for so many bytes that begins with what is unread. */
    private ByteBuffer moved(int bytes) {
        if (bytes <= in.capacity()) {
            return in.compact();
        }
        return buffer(bytes).put(in);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
