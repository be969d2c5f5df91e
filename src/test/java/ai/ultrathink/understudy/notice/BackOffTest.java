package ai.ultrathink.understudy.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

    private final BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofHours(1));

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1000",
        "2, 0, 2000",
        "12, 0, 2048000",
        "13, 0, 3600000",
        "1000, 0, 3600000",
        "1, 1, 500",
        "13, 0.5, 2700000"
    })
    void it_doubles_up_to_a_limit_and_varies_by_half(int attempt, double chance, long millis) {
        assertEquals(Duration.ofMillis(millis), backOff.after(attempt, chance));
    }

    @Test
    void a_receiver_gets_the_time_that_it_asks_for_within_the_limit() {
        assertEquals(Duration.ofMinutes(5), backOff.bounded(Duration.ofMinutes(5)));
        assertEquals(Duration.ofHours(1), backOff.bounded(Duration.ofDays(5)));
    }

    @Test
    void it_needs_a_beginning_and_an_end() {
        assertThrows(IllegalArgumentException.class, () -> new BackOff(Duration.ZERO, Duration.ofHours(1)));
        assertThrows(IllegalArgumentException.class, () -> new BackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}
