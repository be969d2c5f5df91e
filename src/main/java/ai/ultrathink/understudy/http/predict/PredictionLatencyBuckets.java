package ai.ultrathink.understudy.http.predict;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.stream.DoubleStream;

/** Adds histogram buckets to the response time of predictions, for percentiles. */
@Singleton
class PredictionLatencyBuckets {

    private static final String NAME = "http.server.requests";
    private static final Tag PREDICTIONS = Tag.of("uri", "/api/v1/predict");

    /** Bounds in milliseconds. */
    private static final double[] BOUNDS = {
        0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 250, 500, 1_000, 2_000
    };

    private static final DistributionStatisticConfig BUCKETS = DistributionStatisticConfig.builder()
            .serviceLevelObjectives(
                    DoubleStream.of(BOUNDS).map(millis -> millis * 1e6).toArray())
            .build();

    @Produces
    @Singleton
    MeterFilter buckets() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals(NAME) && id.getTags().contains(PREDICTIONS) ? BUCKETS.merge(config) : config;
            }
        };
    }
}
