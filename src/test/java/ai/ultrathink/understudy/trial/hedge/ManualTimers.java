package ai.ultrathink.understudy.trial.hedge;

import ai.ultrathink.understudy.experiment.ManualTime;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is to happen later, when a test lets the time for it come. */
public final class ManualTimers implements Timers {

    private record Later(long dueNanos, Runnable task) {}

    private final ManualTime time;
    private final List<Later> waiting = new ArrayList<>();

    public ManualTimers(ManualTime time) {
        this.time = time;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        Later later = new Later(time.nanoTime() + delay.toNanos(), task);
        waiting.add(later);
        return () -> waiting.remove(later);
    }

    public void advance(Duration duration) {
        time.advance(duration);
        for (Later later : List.copyOf(waiting)) {
            if (time.nanoTime() - later.dueNanos >= 0 && waiting.remove(later)) {
                later.task.run();
            }
        }
    }

    public int size() {
        return waiting.size();
    }
}
