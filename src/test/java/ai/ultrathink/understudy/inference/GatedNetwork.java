package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stays in its forward pass, as native code that hangs does, until the gate is opened. */
final class GatedNetwork extends FakeNetwork {

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    @Override
    NetworkOutput answer(float[] first) {
        entered.countDown();
        pass(gate);
        return echo(first);
    }

    /** Waits until a thread is inside. */
    void awaitEntered() {
        pass(entered);
    }

    void open() {
        gate.countDown();
    }

    private static void pass(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
