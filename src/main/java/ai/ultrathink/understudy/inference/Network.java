package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.torch.TorchTensor;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.nio.FloatBuffer;
import java.util.Optional;

/** A network in memory: a matrix of features in, a matrix of scores out. May be used by several threads at once. */
interface Network extends AutoCloseable {

    /**
     * One forward pass over the rows that were written to the thread's input.
     *
     * @throws RuntimeException when the network fails
     */
    TorchTensor forward(TorchThread thread, int rows, int columns);

    /**
     * Why the network must not be asked for several rows at once, as far as its file tells: asking could end the process. Empty
     * when nothing speaks against it.
     */
    default Optional<String> onlyOneRow() {
        return Optional.empty();
    }

    /** One forward pass over one row, repeated. */
    default TorchTensor forward(TorchThread thread, float[] row, int times) {
        FloatBuffer input = thread.input(times * row.length);
        for (int i = 0; i < times; i++) {
            input.put(row);
        }
        return forward(thread, times, row.length);
    }

    @Override
    void close();
}
