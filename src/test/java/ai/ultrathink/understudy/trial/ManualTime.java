package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes when a test says so, and what is to happen then. */
final class ManualTime implements TimeSource, Timers {

    private record Later(long dueNanos, Runnable task) {}

    private final List<Later> waiting = new ArrayList<>();
    private long nanos;

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        Later later = new Later(nanos + delay.toNanos(), task);
        waiting.add(later);
        return () -> waiting.remove(later);
    }

    void advance(Duration duration) {
        nanos += duration.toNanos();
        for (Later later : List.copyOf(waiting)) {
            if (later.dueNanos <= nanos && waiting.remove(later)) {
                later.task.run();
            }
        }
    }

    int timers() {
        return waiting.size();
    }
}
