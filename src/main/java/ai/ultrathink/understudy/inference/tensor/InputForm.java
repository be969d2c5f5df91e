package ai.ultrathink.understudy.inference.tensor;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a network takes the features of a request: one row is a tensor of this shape, and a batch has one more axis in
 * front.
 *
 * @param shape of one row, such as {@code [60, 10]}; the features are its numbers, the last axis fastest
 * @param type of its numbers
 * @param name of the input, for networks that have several names; null for the only one
 */
public record InputForm(
        List<Integer> shape, NumberType type, @Nullable String name) {

    /** Limit on the number of axes. */
    public static final int MOST_AXES = 8;

    public InputForm {
        shape = List.copyOf(shape);
    }

    /** A row of float32 numbers. */
    public static InputForm row(int size) {
        return new InputForm(List.of(size), NumberType.FLOAT32, null);
    }

    /** The number of features. */
    public int size() {
        int size = 1;
        for (int axis : shape) {
            size *= axis;
        }
        return size;
    }

    /** The shape of a batch. */
    public long[] batch(int rows) {
        long[] batch = new long[shape.size() + 1];
        batch[0] = rows;
        for (int axis = 1; axis < batch.length; axis++) {
            batch[axis] = shape.get(axis - 1);
        }
        return batch;
    }

    /** For readers, such as {@code float32 [N, 60, 10]}. */
    public String describe() {
        return type.text()
                + Stream.concat(Stream.of("N"), shape.stream().map(String::valueOf))
                        .collect(Collectors.joining(", ", " [", "]"));
    }
}
