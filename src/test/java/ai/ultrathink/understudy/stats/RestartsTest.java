package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartsTest {

    private static final Instant START = Instant.parse("2026-11-28T12:20:00Z");

    @Test
    void the_weights_sum_to_one_at_most_however_long_it_lasts() {
        List<Instant> minutes = new ArrayList<>();
        for (int minute = 0; minute < 5_000; minute++) {
            minutes.add(START.plus(Duration.ofMinutes(minute)));
        }

        double sum = Arrays.stream(Restarts.weights(minutes)).sum();

        assertTrue(sum <= 1 && sum > 0.9, () -> "sum " + sum);
    }

    @Test
    void minutes_that_are_folded_into_their_hour_leave_the_weights_of_the_others() {
        Instant hour = Instant.parse("2026-11-28T13:00:00Z");
        List<Instant> before = List.of(START, hour, hour.plusSeconds(60), hour.plusSeconds(3_600));
        List<Instant> after = List.of(START, hour, hour.plusSeconds(3_600));

        double[] unfolded = Restarts.weights(before);
        double[] folded = Restarts.weights(after);

        assertEquals(unfolded[0], folded[0]);
        assertEquals(unfolded[1], folded[1]);
        assertEquals(unfolded[3], folded[2]);
    }

    @Test
    void the_whole_keeps_most_of_the_stake() {
        assertEquals(0.625, Restarts.weights(List.of(START))[0]);
        assertEquals(
                Math.log(0.75) + 3, Restarts.ofPhases(List.of(new EValue(3))).log(), 1e-12);
        assertEquals(0, Restarts.ofPhases(List.of()).log());
    }

    @Test
    void a_late_phase_is_not_excused_by_a_long_sound_one() {
        EValue late = Restarts.ofPhases(List.of(new EValue(-1_000), new EValue(20)));

        assertEquals(20 + Math.log(1.0 / 12), late.log(), 1e-9);
    }

    @Test
    void certainty_stays_certain() {
        assertEquals(
                Double.POSITIVE_INFINITY,
                Restarts.ofPhases(List.of(EValue.NONE, new EValue(Double.POSITIVE_INFINITY)))
                        .log());
    }
}
