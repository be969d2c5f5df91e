package ai.ultrathink.understudy.journal.log;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A task that runs in the background when asked to. Being asked again before it has begun changes nothing, so that a slow
 * disk does not heap up tasks.
 */
final class CoalescingTask {
    private final Executor background;
    private final Runnable task;
    private final AtomicBoolean waiting = new AtomicBoolean();

    CoalescingTask(Executor background, Runnable task) {
        this.background = background;
        this.task = task;
    }

    void request() {
        if (waiting.compareAndSet(false, true)) {
            background.execute(this::run);
        }
    }

    private void run() {
        waiting.set(false);
        task.run();
    }
}
