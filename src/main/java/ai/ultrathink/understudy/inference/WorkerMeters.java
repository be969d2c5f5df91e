package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What the worker tells Prometheus. */
final class WorkerMeters {

    private final MeterRegistry registry;

    WorkerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Registers the gauges.
     *
     * @param serving whether it answers
     * @param residentBytes the memory that it has in use; NaN if there is none
     */
    void show(Supplier<Boolean> serving, Supplier<Double> residentBytes) {
        ServiceMetric.WORKER_UP.gauge(registry, serving, now -> now.get() ? 1 : 0);
        ServiceMetric.WORKER_MEMORY.gauge(registry, residentBytes, Supplier::get);
    }

    void started() {
        ServiceMetric.WORKER_STARTS.counter(registry).increment();
    }

    void ended(WorkerEnd end) {
        ServiceMetric.WORKER_DEATHS.counter(registry, "cause", end.kind()).increment();
    }

    /** @param reason {@code died}, {@code away}, {@code quarantined} or {@code out_of_use} */
    void failed(String model, String reason, int calls) {
        ServiceMetric.WORKER_FAILURES
                .counter(registry, "model", model, "reason", reason)
                .increment(calls);
    }
}
