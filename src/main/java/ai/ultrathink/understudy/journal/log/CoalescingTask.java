package ai.ultrathink.understudy.journal.log;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A task that runs in the background on request. A request before it has begun changes nothing, so that tasks do not
 * pile up on a slow disk.
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
