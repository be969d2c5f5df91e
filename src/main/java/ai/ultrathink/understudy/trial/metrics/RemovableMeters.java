package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Registers the meters of one experiment, each labelled with its id, and takes them away with it. */
final class RemovableMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Set<Meter> registered = new LinkedHashSet<>();
    private boolean removed;

    RemovableMeters(MeterRegistry registry, String testId) {
        this.registry = registry;
        this.tags = Tags.of("test", testId);
    }

    /** @param labels pairs of names and values */
    Counter counter(ServiceMetric metric, String... labels) {
        return keep(metric.counter(registry, tags.and(labels)));
    }

    /** @param bounds of the buckets, in the unit of what is recorded */
    DistributionSummary histogram(ServiceMetric metric, Variant role, double[] bounds) {
        return keep(metric.summary(registry, tags.and("role", role.wireName()), bounds));
    }

    /** @param bounds of the buckets */
    Timer timer(ServiceMetric metric, String model, Variant role, Duration[] bounds) {
        return keep(metric.timer(registry, tags.and("model", model, "role", role.wireName()), bounds));
    }

    /** @param value asked at each scrape */
    <T> void gauge(ServiceMetric metric, T of, ToDoubleFunction<T> value) {
        keep(metric.gauge(registry, tags, of, value));
    }

    /** A request in flight may ask for a meter after the removal. It gets one that is not registered. */
    private synchronized <M extends Meter> M keep(M meter) {
        if (removed) {
            registry.remove(meter);
        } else {
            registered.add(meter);
        }
        return meter;
    }

    /** The experiment is gone. */
    synchronized void remove() {
        removed = true;
        registered.forEach(registry::remove);
        registered.clear();
    }
}
