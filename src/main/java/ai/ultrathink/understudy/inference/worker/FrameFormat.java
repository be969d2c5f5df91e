package ai.ultrathink.understudy.inference.worker;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;

/** The bodies of frames: a byte for the kind, the sequence, then the fields in their order; floats as they are in memory. */
final class FrameFormat {

    /** The two sides are one artefact, so this only guards against an executable that was replaced while it ran. */
    static final int PROTOCOL = 1;

    private static final byte LOAD = 1;
    private static final byte UNLOAD = 2;
    private static final byte PASS = 3;
    private static final byte PING = 4;
    private static final byte HELLO = 16;
    private static final byte LOADED = 17;
    private static final byte REFUSED = 18;
    private static final byte SCORES = 19;
    private static final byte INVALID = 20;
    private static final byte FAILED = 21;
    private static final byte PONG = 22;

    /** Longer texts are cut: a reason of any length must fit. */
    private static final int LONGEST_TEXT = 4_096;
    /** More than all fixed fields of a frame take. */
    private static final int FIXED_BYTES = 64;

    private FrameFormat() {}

    static void send(FrameChannel channel, WorkerRequest request) throws IOException {
        switch (request) {
            case WorkerRequest.Load load ->
                channel.send(body(LOAD, load.sequence(), 3 * text(LONGEST_TEXT), frame -> {
                    frame.putInt(load.handle())
                            .putInt(load.maxRows())
                            .putLong(load.mostNetworkBytes())
                            .putInt(load.block())
                            .putInt(load.most());
                    put(frame, load.name());
                    put(frame, load.folder());
                    put(frame, load.digest());
                }));
            case WorkerRequest.Unload unload ->
                channel.send(body(UNLOAD, unload.sequence(), 0, frame -> frame.putInt(unload.handle())));
            case WorkerRequest.Pass pass ->
                channel.send(body(PASS, pass.sequence(), bytes(pass.values()), frame -> {
                    frame.putInt(pass.handle()).putInt(pass.rows()).putInt(pass.columns());
                    put(frame, pass.values());
                }));
            case WorkerRequest.Ping ping -> channel.send(body(PING, ping.sequence(), 0, frame -> {}));
        }
    }

    static void send(FrameChannel channel, WorkerReply reply) throws IOException {
        long sequence = reply.sequence();
        switch (reply) {
            case WorkerReply.Hello hello ->
                channel.send(body(HELLO, sequence, 0, frame -> frame.putInt(hello.protocol())));
            case WorkerReply.Loaded loaded ->
                channel.send(body(LOADED, sequence, text(LONGEST_TEXT), frame -> {
                    frame.putInt(loaded.block()).putInt(loaded.most());
                    put(frame, loaded.note());
                }));
            case WorkerReply.Refused refused -> channel.send(body(REFUSED, sequence, refused.reason()));
            case WorkerReply.Scores scores ->
                channel.send(body(SCORES, sequence, bytes(scores.values()), frame -> {
                    frame.putLong(scores.nanos());
                    put(frame, scores.values());
                }));
            case WorkerReply.Invalid invalid -> channel.send(body(INVALID, sequence, invalid.detail()));
            case WorkerReply.Failed failed -> channel.send(body(FAILED, sequence, failed.detail()));
            case WorkerReply.Pong pong -> channel.send(body(PONG, sequence, 0, frame -> {}));
        }
    }

    /** @throws IOException if the body is not a request */
    static WorkerRequest request(ByteBuffer body) throws IOException {
        try {
            byte kind = body.get();
            long sequence = body.getLong();
            return switch (kind) {
                case LOAD -> load(sequence, body);
                case UNLOAD -> new WorkerRequest.Unload(sequence, body.getInt());
                case PASS ->
                    new WorkerRequest.Pass(sequence, body.getInt(), body.getInt(), body.getInt(), floats(body));
                case PING -> new WorkerRequest.Ping(sequence);
                default -> throw new IOException("a frame of the unknown kind " + kind);
            };
        } catch (BufferUnderflowException e) {
            throw new IOException("a frame ends too early", e);
        }
    }

    /** @throws IOException if the body is not a reply */
    static WorkerReply reply(ByteBuffer body) throws IOException {
        try {
            byte kind = body.get();
            long sequence = body.getLong();
            return switch (kind) {
                case HELLO -> new WorkerReply.Hello(sequence, body.getInt());
                case LOADED -> new WorkerReply.Loaded(sequence, body.getInt(), body.getInt(), text(body));
                case REFUSED -> new WorkerReply.Refused(sequence, text(body));
                case SCORES -> new WorkerReply.Scores(sequence, body.getLong(), floats(body));
                case INVALID -> new WorkerReply.Invalid(sequence, text(body));
                case FAILED -> new WorkerReply.Failed(sequence, text(body));
                case PONG -> new WorkerReply.Pong(sequence);
                default -> throw new IOException("a frame of the unknown kind " + kind);
            };
        } catch (BufferUnderflowException e) {
            throw new IOException("a frame ends too early", e);
        }
    }

    private static WorkerRequest.Load load(long sequence, ByteBuffer body) throws IOException {
        int handle = body.getInt();
        int maxRows = body.getInt();
        long mostNetworkBytes = body.getLong();
        int block = body.getInt();
        int most = body.getInt();
        return new WorkerRequest.Load(
                sequence, handle, text(body), text(body), text(body), maxRows, mostNetworkBytes, block, most);
    }

    private interface Fields {
        void put(ByteBuffer frame);
    }

    private static FrameChannel.Body body(byte kind, long sequence, String text) {
        return body(kind, sequence, text(LONGEST_TEXT), frame -> put(frame, text));
    }

    private static FrameChannel.Body body(byte kind, long sequence, int variableBytes, Fields fields) {
        return new FrameChannel.Body() {
            @Override
            public int mostBytes() {
                return FIXED_BYTES + variableBytes;
            }

            @Override
            public void write(ByteBuffer frame) {
                frame.put(kind).putLong(sequence);
                fields.put(frame);
            }
        };
    }

    private static int bytes(FloatBuffer values) {
        return Math.multiplyExact(values.remaining(), Float.BYTES);
    }

    private static void put(ByteBuffer frame, FloatBuffer values) {
        int bytes = bytes(values);
        frame.slice(frame.position(), bytes)
                .order(frame.order())
                .asFloatBuffer()
                .put(values.duplicate());
        frame.position(frame.position() + bytes);
    }

    /** A copy, because the frame is overwritten by the next one. */
    private static FloatBuffer floats(ByteBuffer body) {
        FloatBuffer values = body.slice().order(body.order()).asFloatBuffer();
        return FloatBuffer.allocate(values.remaining()).put(values).flip();
    }

    private static int text(int characters) {
        return Integer.BYTES + 3 * characters;
    }

    private static void put(ByteBuffer frame, String text) {
        byte[] bytes = text.substring(0, Math.min(text.length(), LONGEST_TEXT)).getBytes(StandardCharsets.UTF_8);
        frame.putInt(bytes.length).put(bytes);
    }

    private static String text(ByteBuffer body) throws IOException {
        int length = body.getInt();
        if (length < 0 || length > body.remaining()) {
            throw new IOException("a text of " + length + " bytes in a frame with " + body.remaining() + " more");
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
