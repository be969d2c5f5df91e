package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sound until it is told to hang; then every pass hangs until it is told to let go. */
final class HangingNetwork extends FakeNetwork {

    private final AtomicBoolean hanging = new AtomicBoolean();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    void hang() {
        hanging.set(true);
    }

    void awaitEntered() throws InterruptedException {
        entered.await();
    }

    void letGo() {
        letGo.countDown();
    }

    @Override
    NetworkOutput answer(float[] first) {
        if (hanging.get()) {
            entered.countDown();
            try {
                if (!letGo.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody let go");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return echo(first);
    }
}
