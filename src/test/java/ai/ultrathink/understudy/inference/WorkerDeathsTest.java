package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerDeathsTest {

    private static final long WINDOW = 60;
    private static final Features ONE = Features.of(1, 2);
    private static final Features OTHER = Features.of(2, 1);

    private final List<OutOfUse> told = new ArrayList<>();
    private final WorkerDeaths deaths = new WorkerDeaths(3, WINDOW, told::add);
    private final WorkerCopy copy = copy("bull", "a");

    @Test
    void a_row_at_one_death_is_a_suspect_until_it_is_answered() {
        deaths.died(copy, List.of(ONE), "SIGFPE", 0);

        assertTrue(deaths.suspect(copy, Features.of(1, 2)));
        assertFalse(deaths.suspect(copy, OTHER));
        assertFalse(deaths.suspect(copy("bull", "b"), ONE), "of another version");
        assertFalse(deaths.quarantined(copy, ONE));

        deaths.cleared(copy, ONE);
        deaths.died(copy, List.of(OTHER), "SIGFPE", 1);

        assertFalse(deaths.suspect(copy, ONE));
        assertFalse(deaths.quarantined(copy, ONE));
    }

    @Test
    void a_row_at_two_deaths_is_quarantined_and_an_answer_to_another_does_not_change_that() {
        deaths.died(copy, List.of(ONE, OTHER), "SIGFPE", 0);
        deaths.cleared(copy, OTHER);
        deaths.died(copy, List.of(ONE), "SIGFPE", 1);
        deaths.cleared(copy, OTHER);

        assertTrue(deaths.quarantined(copy, ONE));
        assertFalse(deaths.suspect(copy, ONE));
        assertFalse(deaths.quarantined(copy, OTHER));
        assertNull(deaths.outOfUse(copy));
    }

    @Test
    void the_third_death_within_the_window_takes_a_version_out_of_use_and_is_told_once() {
        for (int death = 0; death < 5; death++) {
            deaths.died(copy, List.of(), "SIGFPE", death);
        }

        assertEquals(1, told.size());
        assertEquals("bull", told.getFirst().model());
        assertEquals(told.getFirst().reason(), deaths.outOfUse(copy));
        assertNull(deaths.outOfUse(copy("bull", "b")));
    }

    @Test
    void deaths_that_are_far_apart_do_not_add_up() {
        for (int death = 0; death < 20; death++) {
            deaths.died(copy, List.of(), "SIGFPE", death * (WINDOW / 2 + 1));
        }

        assertNull(deaths.outOfUse(copy));
        deaths.died(copy, List.of(), "SIGFPE", 20 * (WINDOW / 2 + 1));
        deaths.died(copy, List.of(), "SIGFPE", 20 * (WINDOW / 2 + 1));
        assertNotNull(deaths.outOfUse(copy));
    }

    @Test
    void of_very_many_rows_the_oldest_are_forgotten() {
        for (int i = 0; i < 5_000; i++) {
            deaths.died(copy("bull", "v" + i), List.of(ONE), "SIGFPE", i);
        }

        assertFalse(deaths.suspect(copy("bull", "v0"), ONE));
        assertTrue(deaths.suspect(copy("bull", "v4999"), ONE));
    }

    private static WorkerCopy copy(String name, String digest) {
        return new WorkerCopy(1, new ModelFolder(name, Path.of(name)), digest, 64);
    }
}
