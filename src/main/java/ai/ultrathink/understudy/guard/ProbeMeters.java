package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.BooleanSupplier;

/** Meters of the probes of one model in one role. */
final class ProbeMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Meter failing;

    /** @param isFailing called at each scrape */
    ProbeMeters(MeterRegistry registry, String model, Variant role, BooleanSupplier isFailing) {
        this.registry = registry;
        this.tags = Tags.of("model", model, "role", role.wireName());
        this.failing = ServiceMetric.PROBE_FAILING.gauge(registry, tags, isFailing, now -> now.getAsBoolean() ? 1 : 0);
    }

    void count(Outcome outcome) {
        String result = switch (outcome) {
            case Outcome.Answered answered -> "answered";
            case Outcome.Failure failure -> failure.code();
        };
        ServiceMetric.PROBE_RESULTS
                .counter(registry, tags.and("result", result))
                .increment();
    }

    /** Removes the gauge when the model is no longer in use. Counters stay. */
    void remove() {
        registry.remove(failing);
    }
}
