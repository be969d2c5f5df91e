package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemoteRetriesTest {

    private final RemoteRetries retries = new RemoteRetries();

    @Test
    void pauses_double_up_to_a_minute() {
        long now = Long.MAX_VALUE - 1_000;
        for (int seconds : List.of(5, 10, 20, 40, 60, 60)) {
            retries.failed("far", "away", now);
            now += Duration.ofSeconds(seconds).toNanos() - 1;
            assertEquals(Set.of(), retries.due(now), seconds + " s");
            now++;
            assertEquals(Set.of("far"), retries.due(now), seconds + " s");
        }
    }

    @Test
    void a_reason_is_news_once() {
        assertTrue(retries.failed("far", "away", 0));
        assertFalse(retries.failed("far", "away", 1));
        assertTrue(retries.failed("far", "refused", 2));
    }

    @Test
    void what_has_loaded_or_is_gone_is_not_tried_again() {
        retries.failed("loads", "away", 0);
        retries.failed("gone", "away", 0);
        retries.failed("stays", "away", 0);

        retries.settled("loads");
        retries.keep(List.of("loads", "stays"));

        assertEquals(Set.of("stays"), retries.due(Duration.ofMinutes(2).toNanos()));
    }
}
