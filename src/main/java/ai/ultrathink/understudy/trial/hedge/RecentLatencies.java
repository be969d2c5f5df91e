package ai.ultrathink.understudy.trial.hedge;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How long each treatment usually takes to answer a caller. */
public final class RecentLatencies {

    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final TimeSource time;
    private final Map<String, RecentLatency> byModel = new ConcurrentHashMap<>();

    public RecentLatencies(TimeSource time) {
        this.time = time;
    }

    /** A moment to measure from, in nanoseconds. */
    public long now() {
        return time.nanoTime();
    }

    /** A model has taken from then until now. */
    public void add(String model, long startNanos) {
        long now = time.nanoTime();
        byModel.computeIfAbsent(model, name -> new RecentLatency(PERIOD.toNanos(), now))
                .add(now - startNanos, now);
    }

    /** What 95 of 100 recent calls of a model took at most; empty before there are enough of them. */
    public Optional<Duration> usual(String model) {
        RecentLatency latency = byModel.get(model);
        if (latency == null || latency.p95Nanos().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(latency.p95Nanos().getAsLong()));
    }
}
