package ai.ultrathink.understudy.oip;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tensors as bytes: numbers little-endian, row by row; texts each after its length in four bytes. */
public final class RawTensors {

    private RawTensors() {}

    /**
     * The numbers of a tensor.
     *
     * @param bytes from its position to its limit, a multiple of the datatype's size
     */
    public static float[] numbers(Datatype datatype, ByteBuffer bytes) {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] numbers = new float[in.remaining() / datatype.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = datatype.next(in);
        }
        return numbers;
    }

    /**
     * The bytes of a tensor.
     *
     * @param numbers from their position to their limit, which stay as they are
     */
    public static byte[] ofNumbers(Datatype datatype, FloatBuffer numbers) {
        ByteBuffer bytes =
                ByteBuffer.allocate(numbers.remaining() * datatype.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = numbers.position(); i < numbers.limit(); i++) {
            datatype.put(bytes, numbers.get(i));
        }
        return bytes.array();
    }

    /** The bytes of a BYTES tensor of texts, in UTF-8. */
    public static byte[] ofTexts(List<String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(utf8.length)
                    .array());
            bytes.writeBytes(utf8);
        }
        return bytes.toByteArray();
    }
}
