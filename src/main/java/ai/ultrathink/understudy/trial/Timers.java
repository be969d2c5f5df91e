package ai.ultrathink.understudy.trial;

import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;

/** Runs something later, unless it is cancelled before. */
interface Timers {
    Cancellable after(Duration delay, Runnable task);
}
