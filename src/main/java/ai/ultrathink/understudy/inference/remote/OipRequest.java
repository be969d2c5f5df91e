package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.inference.tensor.NumberType;
import ai.ultrathink.understudy.oip.Datatype;
import ai.ultrathink.understudy.oip.RawTensors;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pass.
 *
 * @param id which the reply repeats
 * @param input the name of the tensor that the model takes
 * @param type of its numbers
 * @param shape of the tensor, with the batch
 * @param values the features, row by row; read from its beginning
 * @param output the name of the tensor that is asked for, or null if the server names none
 * @param outputIndex its place among several, if it has no name; or null
 * @param rows the number of rows
 * @param actions how many numbers answer a row
 */
public record OipRequest(
        String id,
        String input,
        NumberType type,
        List<Long> shape,
        FloatBuffer values,
        @Nullable String output,
        @Nullable Integer outputIndex,
        int rows,
        int actions) {

    /** The longest text of a number, with its comma. */
    private static final int NUMBER_BYTES = 32;

    private static final int MORE_BYTES = 64 << 10;

    public OipRequest {
        shape = List.copyOf(shape);
    }

    /** A reply that is longer cannot be the answer. */
    int mostReplyBytes() {
        return rows * actions * NUMBER_BYTES + MORE_BYTES;
    }

    /** The protocol's type of the numbers. */
    Datatype datatype() {
        return datatype(type);
    }

    /** The numbers as bytes. */
    byte[] bytes() {
        return RawTensors.ofNumbers(datatype(), values);
    }

    /** The protocol's type of numbers. */
    public static Datatype datatype(NumberType type) {
        return switch (type) {
            case FLOAT32 -> Datatype.FP32;
            case FLOAT64 -> Datatype.FP64;
            case INT32 -> Datatype.INT32;
            case INT64 -> Datatype.INT64;
        };
    }
}
