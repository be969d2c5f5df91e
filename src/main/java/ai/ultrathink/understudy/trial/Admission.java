package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the predictions that are being answered, and refuses more than there is room for. An admitted request waits behind a
 * bounded number of others, so its latency is bounded; to refuse the others at once is cheaper for both sides than an answer
 * that comes too late. Shadows are the first to be left out, because no caller waits for them.
 */
@Startup
@ApplicationScoped
class Admission {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final Counter refused;
    private final Counter abandoned;
    private final int most;
    private final int mostWithShadow;

    Admission(TrialConfig config, MeterRegistry registry) {
        this.most = config.maxInFlight();
        this.mostWithShadow = config.maxInFlightWithShadow();
        if (most < 1) {
            throw new IllegalArgumentException("understudy.trial.max-in-flight: got " + most + "; allowed: 1 or more");
        }
        if (mostWithShadow < 0) {
            throw new IllegalArgumentException("understudy.trial.max-in-flight-with-shadow: got " + mostWithShadow
                    + "; allowed: 0 (no shadows) or more");
        }
        this.refused = ServiceMetric.PREDICTIONS_REFUSED.counter(registry);
        this.abandoned = ServiceMetric.PREDICTIONS_ABANDONED.counter(registry);
        ServiceMetric.PREDICTIONS_IN_FLIGHT.gauge(registry, inFlight, AtomicInteger::get);
    }

    /** Takes a place, or null when there is none. */
    @Nullable Place enter() {
        if (inFlight.incrementAndGet() <= most) {
            return new Place();
        }
        inFlight.decrementAndGet();
        refused.increment();
        return null;
    }

    /** Whether a shadow may run beside its control. */
    boolean roomForShadow() {
        return inFlight.get() <= mostWithShadow;
    }

    /** Held until the request is done, even when its caller has hung up; given back once, however often that is tried. */
    final class Place {

        private final AtomicBoolean left = new AtomicBoolean();

        /** The caller has gone, or has its answer. */
        void callerGone() {
            if (!left.get()) {
                abandoned.increment();
            }
        }

        void leave() {
            if (left.compareAndSet(false, true)) {
                inFlight.decrementAndGet();
            }
        }
    }
}
