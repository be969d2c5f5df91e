package ai.ultrathink.understudy.trial;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the predictions that are being answered, and says when there are too many. What is admitted waits behind a bounded
 * number of others, so its latency is bounded; what is not is refused at once, which is cheaper for both sides than an answer
 * that comes too late. Shadows are the first to go: nobody waits for them.
 */
@ApplicationScoped
class Admission {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final int most;
    private final int mostWithShadow;

    Admission(TrialConfig config) {
        this.most = config.maxInFlight();
        this.mostWithShadow = config.maxInFlightWithShadow();
    }

    /** Takes a place, to be given back with {@link #leave}; false when there is none. */
    boolean enter() {
        if (inFlight.incrementAndGet() <= most) {
            return true;
        }
        inFlight.decrementAndGet();
        return false;
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    /** Whether a shadow may run beside its control. */
    boolean roomForShadow() {
        return inFlight.get() <= mostWithShadow;
    }

    int inFlight() {
        return inFlight.get();
    }
}
