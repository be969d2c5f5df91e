package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What one model in one role, under one experiment or none, tells Prometheus. */
final class ModelMeters {

    /** Microseconds. Narrow around the 10 ms by which a treatment may be slower. */
    private static final Duration[] BOUNDS = LongStream.of(
                    50, 100, 200, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 12_500, 15_000, 20_000, 30_000,
                    50_000, 100_000, 200_000, 500_000, 1_000_000)
            .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
            .toArray(Duration[]::new);

    private final RemovableMeters meters;
    private final String model;
    private final Variant role;
    private final Timer latency;
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();

    ModelMeters(RemovableMeters meters, String model, Variant role) {
        this.meters = meters;
        this.model = model;
        this.role = role;
        this.latency = meters.timer(ServiceMetric.MODEL_LATENCY, model, role, BOUNDS);
    }

    void count(Outcome outcome) {
        switch (outcome) {
            case Outcome.Answered answered -> latency.record(answered.latencyNanos(), TimeUnit.NANOSECONDS);
            case Outcome.Failure failure ->
                failures.computeIfAbsent(failure.code(), this::failure).increment();
        }
    }

    private Counter failure(String code) {
        return meters.counter(ServiceMetric.MODEL_FAILURES, "model", model, "role", role.wireName(), "reason", code);
    }
}
