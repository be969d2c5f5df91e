package ai.ultrathink.understudy.inference.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFormatTest {

    private static final float[] ODD = {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 1 / 3f};

    private final BytesChannel bytes = new BytesChannel();
    private final FrameChannel channel = new FrameChannel(bytes);

    @Test
    void requests_come_through_as_they_were() throws IOException {
        List<WorkerRequest> requests = List.of(
                new WorkerRequest.Load(1, 7, "bull", "/models/bull ü", "abc", 64, 1L << 40, 8, 64),
                new WorkerRequest.Unload(2, 7),
                new WorkerRequest.Ping(-3));
        for (WorkerRequest request : requests) {
            FrameFormat.send(channel, request);
        }

        for (WorkerRequest request : requests) {
            assertEquals(request, FrameFormat.request(body()));
        }
        assertNull(channel.receive());
        assertNull(channel.receive(), "and so at each later time");
    }

    @Test
    void replies_come_through_as_they_were() throws IOException {
        List<WorkerReply> replies = List.of(
                new WorkerReply.Hello(0, FrameFormat.PROTOCOL),
                new WorkerReply.Loaded(1, 8, 64, ""),
                new WorkerReply.Refused(2, "golden answer [0] is 1, …"),
                new WorkerReply.Invalid(3, "output has shape [8, 2]"),
                new WorkerReply.Failed(4, ""),
                new WorkerReply.Pong(5));
        for (WorkerReply reply : replies) {
            FrameFormat.send(channel, reply);
        }

        for (WorkerReply reply : replies) {
            assertEquals(reply, FrameFormat.reply(body()));
        }
    }

    @Test
    void numbers_keep_their_bits_in_frames_of_any_size() throws IOException {
        float[] many = new float[1 << 16];
        for (int i = 0; i < many.length; i++) {
            many[i] = ODD[i % ODD.length];
        }
        FrameFormat.send(channel, new WorkerReply.Scores(1, 42, FloatBuffer.wrap(ODD)));
        FrameFormat.send(channel, new WorkerRequest.Pass(2, 7, 256, 256, FloatBuffer.wrap(many)));
        FrameFormat.send(channel, new WorkerReply.Scores(3, 43, FloatBuffer.wrap(ODD, 1, 2)));

        WorkerReply.Scores first = (WorkerReply.Scores) FrameFormat.reply(body());
        WorkerRequest.Pass second = (WorkerRequest.Pass) FrameFormat.request(body());
        WorkerReply.Scores third = (WorkerReply.Scores) FrameFormat.reply(body());

        assertEquals(42, first.nanos());
        assertBits(FloatBuffer.wrap(ODD), first.values());
        assertEquals(256, second.rows());
        assertBits(FloatBuffer.wrap(many), second.values());
        assertBits(FloatBuffer.wrap(ODD, 1, 2), third.values());
    }

    @Test
    void a_text_of_any_length_fits() throws IOException {
        FrameFormat.send(channel, new WorkerReply.Failed(1, "€".repeat(100_000)));

        assertTrue(((WorkerReply.Failed) FrameFormat.reply(body())).detail().startsWith("€€"));
    }

    @Test
    void half_a_frame_is_not_taken_for_a_whole_one() throws IOException {
        FrameFormat.send(channel, new WorkerReply.Pong(1));
        bytes.cut(5);

        assertThrows(EOFException.class, channel::receive);
    }

    @Test
    void half_a_length_is_not_taken_for_the_end() {
        bytes.put(new byte[] {1, 0});

        assertThrows(EOFException.class, channel::receive);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, FrameChannel.MOST_BYTES + 1, Integer.MAX_VALUE})
    void a_length_that_cannot_be_is_refused_before_memory_is_taken_for_it(int length) {
        bytes.put(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array());

        assertThrows(IOException.class, channel::receive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "630100000000000000", "110100000000000000080000004000000010000000", "1601"})
    void a_body_that_makes_no_sense_is_refused(String hex) {
        byte[] body = HexFormat.of().parseHex(hex);

        assertThrows(
                IOException.class, () -> FrameFormat.reply(ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN)));
    }

    private ByteBuffer body() throws IOException {
        return Objects.requireNonNull(channel.receive());
    }

    private static void assertBits(FloatBuffer expected, FloatBuffer got) {
        assertEquals(expected.remaining(), got.remaining());
        for (int i = 0; i < expected.remaining(); i++) {
            assertEquals(
                    Float.floatToRawIntBits(expected.get(expected.position() + i)),
                    Float.floatToRawIntBits(got.get(got.position() + i)));
        }
    }
}
