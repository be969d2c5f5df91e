package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.remote.ExchangeTimes;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What one model on a server tells Prometheus. */
final class RemoteMeters {

    private static final Duration[] BOUNDS = LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer calls;
    private final Timer connect;
    // only if the server says what it took
    private @Nullable Timer server;

    RemoteMeters(MeterRegistry registry, String model) {
        this.registry = registry;
        this.tags = Tags.of("model", model);
        this.calls = ServiceMetric.REMOTE_CALLS.timer(registry, tags, BOUNDS);
        this.connect = ServiceMetric.REMOTE_CONNECT.timer(registry, tags, BOUNDS);
    }

    /**
     * Called by one thread.
     *
     * @param nanos of the whole pass
     */
    void answered(long nanos, ExchangeTimes times) {
        calls.record(nanos, TimeUnit.NANOSECONDS);
        connect.record(times.connectNanos(), TimeUnit.NANOSECONDS);
        Long took = times.serverNanos();
        if (took != null) {
            Timer known = server == null ? ServiceMetric.REMOTE_SERVER.timer(registry, tags, BOUNDS) : server;
            server = known;
            known.record(took, TimeUnit.NANOSECONDS);
        }
    }

    /** @param reason the kind of failure */
    void failed(String reason, int failed) {
        ServiceMetric.REMOTE_FAILURES
                .counter(registry, tags.and("reason", reason))
                .increment(failed);
    }
}
