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
 * The time that ramps are held by: time in which they were watched. It goes on from one look of the replica that leads to its next, by
 * that replica's monotonic clock and never by more than the database's clock says, so a wall clock that is set forward or back
 * ends no step and delays none. Between two leaders it goes on by the database's clock, and by five minutes at the most.
 */
@ApplicationScoped
class RampClock {

    private static final Duration UNWATCHED = Duration.ofMinutes(5);

    private final Function<Duration, Uni<Instant>> advance;
    private final Function<Duration, Uni<Instant>> now;
    private final Duration unwatched;
    private final TimeSource time;
    // on the ticker, while this replica leads
    private final AtomicReference<@Nullable Long> lastAdvance = new AtomicReference<>();

    @Inject
    RampClock(RampClockStore store, RolloutConfig config, TimeSource time) {
        this(store::advance, store::now, config.evaluateEvery(), time);
    }

    /**
     * @param advance lets it go on by so much at the most
     * @param now shows it
     * @param every from one look to the next
     */
    RampClock(
            Function<Duration, Uni<Instant>> advance,
            Function<Duration, Uni<Instant>> now,
            Duration every,
            TimeSource time) {
        this.advance = advance;
        this.now = now;
        this.unwatched = longer(UNWATCHED, every.multipliedBy(2));
        this.time = time;
    }

    /** Lets the clock go on: the leader evaluates the ramps. */
    Uni<Instant> advance() {
        return Uni.createFrom().deferred(() -> {
            long asked = time.nanoTime();
            Long last = lastAdvance.get();
            Duration most = last == null ? unwatched : Duration.ofNanos(Math.max(0, asked - last));
            // remembered only when it was counted: the next look makes up for it
            return advance.apply(most).invoke(() -> lastAdvance.set(asked));
        });
    }

    /** This replica does not lead. */
    void standBy() {
        lastAdvance.set(null);
    }

    /** The clock, without letting it go on. */
    Uni<Instant> now() {
        return now.apply(unwatched);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
