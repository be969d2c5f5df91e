package ai.ultrathink.understudy.trial.hedge;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs something later, unless it is cancelled before. */
public interface Timers {

    Cancellable after(Duration delay, Runnable task);

    /** Those of the worker pool, which know whole milliseconds and none below one. */
    static Timers onWorkerPool() {
        return (delay, task) -> {
            if (delay.isZero()) {
                task.run();
                return () -> {};
            }
            Future<?> scheduled = Infrastructure.getDefaultWorkerPool()
                    .schedule(task, Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        };
    }
}
