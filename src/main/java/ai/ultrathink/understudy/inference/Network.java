package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.nio.FloatBuffer;
import java.util.Optional;

/** A network in memory: a matrix of features in, a matrix of scores out. May be used by several threads at once. */
interface Network extends AutoCloseable {

    /**
     * One forward pass over the rows that were written to the thread's input.
     *
     * @throws RuntimeException if the network fails
     */
    NetworkOutput forward(TorchThread thread, int rows, int columns);

    /**
     * Why the network must not get several rows at once, according to its file: a batch could end the process. Empty if
     * there is no reason.
     */
    default Optional<String> onlyOneRow() {
        return Optional.empty();
    }

    /** One forward pass over one row, repeated. */
    default NetworkOutput forward(TorchThread thread, float[] row, int times) {
        FloatBuffer input = thread.input(times * row.length);
        for (int i = 0; i < times; i++) {
            input.put(row);
        }
        return forward(thread, times, row.length);
    }

    @Override
    void close();
}
