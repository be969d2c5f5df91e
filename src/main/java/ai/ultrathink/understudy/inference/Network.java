package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.torch.TorchTensor;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.nio.FloatBuffer;

/** A network in memory: a matrix of features in, a matrix of scores out. May be used by several threads at once. */
interface Network extends AutoCloseable {

    /**
     * One forward pass over the rows that were written to the thread's input.
     *
     * @throws RuntimeException when the network fails
     */
    TorchTensor forward(TorchThread thread, int rows, int columns);

    /**
     * How many rows a batch must have for its answers to be, to the last bit, those that each row gets alone: {@code rows} or a
     * few more. The rows that are added are asked for nothing.
     */
    default int padded(int rows) {
        return rows;
    }

    /** One forward pass over one row. */
    default TorchTensor forward(TorchThread thread, float[] row) {
        int rows = padded(1);
        FloatBuffer input = thread.input(rows * row.length);
        for (int i = 0; i < rows; i++) {
            input.put(row);
        }
        return forward(thread, rows, row.length);
    }

    @Override
    void close();
}
