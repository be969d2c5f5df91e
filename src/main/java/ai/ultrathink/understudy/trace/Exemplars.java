package ai.ultrathink.understudy.trace;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.outcome.TraceRef;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exemplars.Exemplar;
import io.prometheus.client.exemplars.ExemplarSampler;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The last sampled request that counted in a bucket of a histogram, for those who ask for the metrics in OpenMetrics. Other requests
 * leave what is there. Without traces there is no sampler, and counting costs nothing more.
 */
@Singleton
public class Exemplars {

    private final ThreadLocal<@Nullable TraceRef> counted = new ThreadLocal<>();
    private final boolean off;
    private final TimeSource time;

    /** @param off whether there are no traces */
    public Exemplars(
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean off, TimeSource time) {
        this.off = off;
        this.time = time;
    }

    /** Counts something in the metrics on behalf of a request. */
    public void of(RequestTrace trace, Runnable count) {
        TraceRef sampled = trace.ref();
        if (sampled == null) {
            count.run();
            return;
        }
        counted.set(sampled);
        try {
            count.run();
        } finally {
            counted.remove();
        }
    }

    @Produces
    @Singleton
    Optional<ExemplarSampler> sampler() {
        return off ? Optional.empty() : Optional.of(new Sampler());
    }

    @Produces
    @Singleton
    CollectorRegistry collectors() {
        return off ? new CollectorRegistry(true) : new InBuckets();
    }

    private final class Sampler implements ExemplarSampler {

        /** None for counters: a slow bucket leads to a trace that explains it, and a count does not. */
        @Override
        public @Nullable Exemplar sample(double increment, @Nullable Exemplar previous) {
            return null;
        }

        /** Null leaves the previous one. */
        @Override
        public @Nullable Exemplar sample(double value, double from, double to, @Nullable Exemplar previous) {
            TraceRef trace = counted.get();
            return trace == null
                    ? null
                    : new Exemplar(
                            value, time.now().toEpochMilli(), "trace_id", trace.traceId(), "span_id", trace.spanId());
        }
    }

    /** The registry's histograms have the latest exemplar at their counts, too, for which Prometheus before 2.43 refuses the page. */
    private static final class InBuckets extends CollectorRegistry {

        InBuckets() {
            super(true);
        }

        @Override
        public Enumeration<MetricFamilySamples> metricFamilySamples() {
            return Collections.enumeration(Collections.list(super.metricFamilySamples()).stream()
                    .map(InBuckets::withoutOthers)
                    .toList());
        }

        private static MetricFamilySamples withoutOthers(MetricFamilySamples family) {
            return family.type != Collector.Type.HISTOGRAM
                    ? family
                    : new MetricFamilySamples(
                            family.name,
                            family.unit,
                            family.type,
                            family.help,
                            family.samples.stream()
                                    .map(sample -> sample.exemplar == null || sample.name.endsWith("_bucket")
                                            ? sample
                                            : new Sample(
                                                    sample.name, sample.labelNames, sample.labelValues, sample.value))
                                    .toList());
        }
    }
}
