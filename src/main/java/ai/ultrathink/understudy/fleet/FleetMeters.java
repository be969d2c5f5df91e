package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.replica.WantedModel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;

/** Meters of the fleet. Each replica reports on all, as it last read them. */
final class FleetMeters {

    private final MultiGauge skew;
    private final Duration grace;
    private volatile int alive;

    /** @param grace the time after a switch within which a replica may not have reported it yet */
    FleetMeters(MeterRegistry meters, Duration grace) {
        this.skew = ServiceMetric.MODEL_VERSION_SKEW.gauges(meters);
        this.grace = grace;
        ServiceMetric.FLEET_REPLICAS.gauge(meters, this, now -> now.alive);
    }

    void heard(FleetView view) {
        alive = view.alive().size();
        skew.register(
                view.fleet().wanted().stream()
                        .filter(wanted -> wanted.version() != null)
                        .<MultiGauge.Row<?>>map(wanted -> ServiceMetric.MODEL_VERSION_SKEW.row(
                                Tags.of("model", wanted.model()), skewed(view, wanted)))
                        .toList(),
                true);
    }

    private int skewed(FleetView view, WantedModel wanted) {
        boolean due = !wanted.since().plus(grace).isAfter(view.fleet().now());
        return due && view.skewed(wanted) ? 1 : 0;
    }
}
