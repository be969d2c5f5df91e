package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RestartPausesTest {

    private static final long LONG_LIFE = Duration.ofMinutes(1).toNanos();

    private final RestartPauses pauses = new RestartPauses(LONG_LIFE);

    @Test
    void the_first_start_follows_at_once_and_each_later_pause_is_twice_as_long_up_to_half_a_minute() {
        assertEquals(List.of(0L, 1L, 2L, 4L, 8L, 16L, 30L, 30L), seconds(8, 0));
    }

    @Test
    void a_short_life_between_does_not_shorten_the_pauses() {
        assertEquals(List.of(0L, 1L, 2L, 4L), seconds(4, LONG_LIFE));
    }

    @Test
    void after_a_long_life_the_pauses_begin_anew() {
        assertEquals(List.of(0L, 1L, 2L), seconds(3, 0));

        assertEquals(0, pauses.next(LONG_LIFE + 1));
        assertEquals(List.of(1L, 2L), seconds(2, 0));
    }

    private List<Long> seconds(int deaths, long servedNanos) {
        return Stream.generate(() -> Duration.ofNanos(pauses.next(servedNanos)).toSeconds())
                .limit(deaths)
                .toList();
    }
}
