package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.oip.Datatype;
import ai.ultrathink.understudy.oip.RawTensors;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An input of a request: finite numbers, as many as the shape says, the last axis fastest. */
final class InputTensor {

    private final String name;
    private final long[] shape;
    private final float[] numbers;

    private InputTensor(String name, long[] shape, float[] numbers) {
        this.name = name;
        this.shape = shape;
        this.numbers = numbers;
    }

    /**
     * Checks that the numbers fill the shape.
     *
     * @param field what the input is called in errors, such as {@code inputs[0]}
     */
    static InputTensor of(String field, String name, long[] shape, float[] numbers) {
        if (product(field, shape) != numbers.length) {
            throw new InvalidValueException(
                    field + ".data",
                    numbers.length + " numbers",
                    product(field, shape) + ", the product of shape " + Arrays.toString(shape));
        }
        return new InputTensor(name, shape, Finite.require(field + ".data", numbers));
    }

    /** An input whose numbers came as bytes. */
    static InputTensor ofBytes(String field, String name, Datatype datatype, long[] shape, ByteBuffer bytes) {
        long needed = product(field, shape) * datatype.size();
        if (bytes.remaining() != needed) {
            throw new InvalidValueException(
                    field,
                    bytes.remaining() + " bytes",
                    needed + ", " + datatype.size() + " for each " + datatype + " of shape " + Arrays.toString(shape));
        }
        return of(field, name, shape, RawTensors.numbers(datatype, bytes));
    }

    /** @throws InvalidValueException if an axis is negative, or if there are more numbers than any request can have */
    private static long product(String field, long[] shape) {
        long product = 1;
        for (long axis : shape) {
            if (axis < 0 || axis > Integer.MAX_VALUE || product * axis > Integer.MAX_VALUE) {
                throw new InvalidValueException(
                        field + ".shape", Arrays.toString(shape), "lengths whose product a request can have");
            }
            product *= axis;
        }
        return product;
    }

    String name() {
        return name;
    }

    /** The shape, which the caller does not change. */
    long[] shape() {
        return shape;
    }

    /** The numbers, which the caller does not change. */
    float[] numbers() {
        return numbers;
    }
}
