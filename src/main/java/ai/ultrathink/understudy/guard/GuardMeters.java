package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Meters of one guard. */
final class GuardMeters {

    private final MeterRegistry registry;
    private final boolean shown;
    private final List<Meter> meters = new ArrayList<>();
    private final Map<GuardStatus.State, Counter> transitions = new EnumMap<>(GuardStatus.State.class);

    /** @param shown whether the meters are registered; beyond the limit a guard works without them */
    GuardMeters(MeterRegistry registry, String testId, boolean shown) {
        this.registry = registry;
        this.shown = shown;
        if (!shown) {
            return;
        }
        for (GuardStatus.State state : GuardStatus.State.values()) {
            Counter counter = ServiceMetric.GUARD_TRANSITIONS.counter(registry, "test", testId, "to", state.wireName());
            transitions.put(state, counter);
            meters.add(counter);
        }
    }

    /** @param status called at each scrape */
    void show(String testId, Supplier<GuardStatus> status) {
        if (!shown) {
            return;
        }
        meters.add(ServiceMetric.GUARD_STATE.gauge(
                registry,
                Tags.of("test", testId),
                status,
                now -> now.get().state().level()));
    }

    void moved(GuardStatus.State to) {
        Counter counter = transitions.get(to);
        if (counter != null) {
            counter.increment();
        }
    }

    void remove() {
        meters.forEach(registry::remove);
    }
}
