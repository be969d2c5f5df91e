package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.ManualTime;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RampClockTest {

    private static final Duration UNWATCHED = Duration.ofMinutes(5);

    private final ManualTime time = new ManualTime();
    private final List<Duration> counted = new ArrayList<>();
    private boolean away;
    private final RampClock clock = new RampClock(
            most -> {
                if (away) {
                    return Uni.createFrom().failure(new IllegalStateException("away"));
                }
                counted.add(most);
                return Uni.createFrom().item(time.now());
            },
            most -> Uni.createFrom().item(time.now()),
            Duration.ofSeconds(5),
            time);

    @Test
    void from_look_to_look_what_has_passed_by_the_monotonic_clock_is_the_most_that_counts() {
        advance();
        time.advance(Duration.ofSeconds(5));
        advance();
        time.advance(Duration.ofSeconds(70));
        advance();

        assertEquals(List.of(UNWATCHED, Duration.ofSeconds(5), Duration.ofSeconds(70)), counted);
    }

    @Test
    void what_could_not_be_counted_counts_with_the_next_look() {
        advance();
        time.advance(Duration.ofSeconds(5));
        away = true;
        advance();
        away = false;
        time.advance(Duration.ofSeconds(5));
        advance();

        assertEquals(List.of(UNWATCHED, Duration.ofSeconds(10)), counted);
    }

    @Test
    void when_another_replica_has_led_this_ones_ticker_says_nothing() {
        advance();
        clock.standBy();
        time.advance(Duration.ofDays(2));
        advance();

        assertEquals(List.of(UNWATCHED, UNWATCHED), counted);
    }

    private void advance() {
        clock.advance().subscribe().with(now -> {}, failure -> {});
    }
}
