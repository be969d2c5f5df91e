package ai.ultrathink.understudy.storage.experiment;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service itself lets this clock go on while the tests run; an hour is more than it does. */
@QuarkusTest
class RampClockStoreTest {

    private static final Duration MOST = Duration.ofMinutes(5);
    private static final Duration A_WHILE = Duration.ofMinutes(10);

    @Inject
    RampClockStore store;

    @Inject
    Schema schema;

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @Test
    void a_clock_of_the_database_that_is_set_forward_adds_no_more_than_the_bound() {
        Instant before = await(store.now(MOST));

        Rows.change("update ab_ramp_clock set counted_at = now() - interval '2 years'");
        Instant seen = await(store.now(MOST));
        Instant after = await(store.advance(MOST));

        assertTrue(Duration.between(before, seen).compareTo(A_WHILE) < 0, before + " " + seen);
        assertTrue(Duration.between(before, after).compareTo(A_WHILE) < 0, before + " " + after);
    }

    @Test
    void a_clock_of_the_database_that_is_set_back_takes_nothing_away_and_stops_nothing() throws Exception {
        Instant before = await(store.advance(MOST));

        Rows.change("update ab_ramp_clock set counted_at = now() + interval '2 years'");
        Instant then = await(store.advance(MOST));

        assertFalse(then.isBefore(before));
        Waiting.await().until(() -> await(store.advance(MOST)).isAfter(then));
    }

    @Test
    void what_passed_by_the_database_counts_up_to_what_is_asked() {
        Instant before = await(store.advance(Duration.ZERO));

        Waiting.await()
                .until(() -> Duration.between(before, await(store.now(MOST))).toMillis() > 100);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
