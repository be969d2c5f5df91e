package ai.ultrathink.understudy.inference.tensor;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** A network's output. It may be a view of native memory, so it is valid until the next forward pass of the same thread. */
public final class NetworkOutput {

    private final long[] shape;
    private final FloatBuffer values;

    /**
     * Wraps an output.
     *
     * @param shape the shape of the network's output
     * @param values the numbers, row by row
     */
    public NetworkOutput(long[] shape, FloatBuffer values) {
        this.shape = shape.clone();
        this.values = values;
    }

    /**
     * Whether this is a matrix of that many rows and columns. Axes of length 1 between the two do not count, and one row
     * may come without its axis.
     */
    public boolean isMatrix(int rows, int columns) {
        int last = shape.length - 1;
        if (last < 1) {
            return last == 0 && rows == 1 && shape[0] == columns;
        }
        boolean matrix = shape[0] == rows && shape[last] == columns;
        for (int axis = 1; axis < last; axis++) {
            matrix &= shape[axis] == 1;
        }
        return matrix;
    }

    /** The numbers, row by row. */
    public FloatBuffer values() {
        return values;
    }

    /** The shape for readers, such as {@code [8, 3]}. */
    public String shape() {
        return Arrays.toString(shape);
    }
}
