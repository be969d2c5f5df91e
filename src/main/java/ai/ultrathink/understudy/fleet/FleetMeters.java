package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.replica.WantedModel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;

/** What Prometheus hears of the fleet. Each replica tells of all, as it has heard it last. */
final class FleetMeters {

    private final MultiGauge skew;
    private final Duration grace;
    private volatile int alive;

    /** @param grace how long after a switch a replica may not have said yet that it has switched */
    FleetMeters(MeterRegistry meters, Duration grace) {
        this.skew = MultiGauge.builder("understudy.model.version.skew").register(meters);
        this.grace = grace;
        meters.gauge("understudy.fleet.replicas", this, now -> now.alive);
    }

    void heard(FleetView view) {
        alive = view.alive().size();
        skew.register(
                view.fleet().wanted().stream()
                        .filter(wanted -> wanted.version() != null)
                        .map(wanted -> MultiGauge.Row.of(Tags.of("model", wanted.model()), skewed(view, wanted)))
                        .toList(),
                true);
    }

    private int skewed(FleetView view, WantedModel wanted) {
        boolean due = !wanted.since().plus(grace).isAfter(view.fleet().now());
        return due && view.skewed(wanted) ? 1 : 0;
    }
}
