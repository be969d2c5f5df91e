package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network without weights: a row is answered with its own first number as the probability of HOLD and the rest as BUY, so
 * that an answer tells which row it belongs to. It remembers how large its batches were.
 */
class FakeNetwork implements Network {

    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger usedAfterClose = new AtomicInteger();

    @Override
    public final NetworkOutput forward(TorchThread thread, int rows, int columns) {
        usedAfterClose.addAndGet(closed.get());
        batches.add(rows);
        FloatBuffer input = thread.input(rows * columns);
        float[] first = new float[rows];
        for (int row = 0; row < rows; row++) {
            first[row] = input.get(row * columns);
        }
        NetworkOutput answer = answer(first);
        usedAfterClose.addAndGet(closed.get());
        return answer;
    }

    /** Overridden by networks that misbehave. */
    NetworkOutput answer(float[] first) {
        return echo(first);
    }

    static NetworkOutput echo(float[] first) {
        float[] values = new float[first.length * Actions.USUAL.size()];
        for (int row = 0; row < first.length; row++) {
            values[row * Actions.USUAL.size()] = first[row];
            values[row * Actions.USUAL.size() + 1] = 1 - first[row];
        }
        return new NetworkOutput(new long[] {first.length, Actions.USUAL.size()}, FloatBuffer.wrap(values));
    }

    List<Integer> batches() {
        return batches;
    }

    int closed() {
        return closed.get();
    }

    int usedAfterClose() {
        return usedAfterClose.get();
    }

    @Override
    public final void close() {
        closed.incrementAndGet();
    }
}
