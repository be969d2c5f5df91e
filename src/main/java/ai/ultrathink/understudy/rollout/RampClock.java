package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.experiment.RampClockStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The clock of ramps: time in which they were evaluated. It advances from one evaluation of the leader to the next, by
 * the leader's monotonic clock, and never by more than the database's clock. So a wall clock that is set forward or
 * back neither ends nor delays a step. Between two leaders it advances by the database's clock, by five minutes at
 * most.
 */
@ApplicationScoped
class RampClock {

    private static final Duration WITHOUT_LEADER = Duration.ofMinutes(5);

    private final Function<Duration, Uni<Instant>> advance;
    private final Function<Duration, Uni<Instant>> now;
    private final Duration withoutLeader;
    private final TimeSource time;
    // on the ticker, while this replica leads
    private final AtomicReference<@Nullable Long> lastAdvance = new AtomicReference<>();

    @Inject
    RampClock(RampClockStore store, RolloutConfig config, TimeSource time) {
        this(store::advance, store::now, config.evaluateEvery(), time);
    }

    /**
     * @param advance advances the clock by at most the given time
     * @param now reads the clock
     * @param every the time between evaluations
     */
    RampClock(
            Function<Duration, Uni<Instant>> advance,
            Function<Duration, Uni<Instant>> now,
            Duration every,
            TimeSource time) {
        this.advance = advance;
        this.now = now;
        this.withoutLeader = longer(WITHOUT_LEADER, every.multipliedBy(2));
        this.time = time;
    }

    /** Advances the clock: called when the leader evaluates the ramps. */
    Uni<Instant> advance() {
        return Uni.createFrom().deferred(() -> {
            long asked = time.nanoTime();
            Long last = lastAdvance.get();
            Duration most = last == null ? withoutLeader : Duration.ofNanos(Math.max(0, asked - last));
            // remembered only after it was counted; otherwise the next evaluation makes up for it
            return advance.apply(most).invoke(() -> lastAdvance.set(asked));
        });
    }

    /** Called when this replica does not lead. */
    void standBy() {
        lastAdvance.set(null);
    }

    /** Reads the clock without advancing it. */
    Uni<Instant> now() {
        return now.apply(withoutLeader);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
