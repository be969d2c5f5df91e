package ai.ultrathink.understudy.http.predict;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.stream.DoubleStream;

/**
 * Adds histogram buckets to the response time of predictions, for percentiles. The other calls get a single bucket, because
 * Prometheus reads a metric as a histogram only if all of its series have buckets.
 */
@Singleton
class PredictionLatencyBuckets {

    private static final String NAME = "http.server.requests";
    private static final Tag PREDICTIONS = Tag.of("uri", "/api/v1/predict");

    /** Bounds in milliseconds. */
    private static final double[] BOUNDS = {
        0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 250, 500, 1_000, 2_000
    };

    private static final DistributionStatisticConfig BUCKETS = buckets(BOUNDS);
    private static final DistributionStatisticConfig ONE_BUCKET = buckets(1_000);

    private static DistributionStatisticConfig buckets(double... millis) {
        return DistributionStatisticConfig.builder()
                .serviceLevelObjectives(
                        DoubleStream.of(millis).map(bound -> bound * 1e6).toArray())
                .build();
    }

    @Produces
    @Singleton
    MeterFilter buckets() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                if (!id.getName().equals(NAME)) {
                    return config;
                }
                return (id.getTags().contains(PREDICTIONS) ? BUCKETS : ONE_BUCKET).merge(config);
            }
        };
    }
}
