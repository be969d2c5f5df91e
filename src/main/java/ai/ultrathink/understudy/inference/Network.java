package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.torch.TorchTensor;
import ai.ultrathink.understudy.inference.torch.TorchThread;

/** A network in memory: a matrix of features in, a matrix of scores out. May be used by several threads at once. */
interface Network extends AutoCloseable {

    /**
     * One forward pass over the rows that were written to the thread's input.
     *
     * @throws RuntimeException when the network fails
     */
    TorchTensor forward(TorchThread thread, int rows, int columns);

    @Override
    void close();
}
