package ai.ultrathink.understudy.storage.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.EvaluationSnapshot;
import ai.ultrathink.understudy.evidence.GuardrailSnapshot;
import ai.ultrathink.understudy.evidence.HistoryPoint;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.storage.db.CleanUp;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HistoryStoreTest {

    @Inject
    HistoryStore store;

    @Inject
    CleanUp cleanUp;

    @Inject
    Schema schema;

    private final String testId = Service.newId("history");

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @Test
    void points_come_back_as_they_were_with_what_is_not_known() {
        EvaluationSnapshot first = snapshot("undecided", null, List.of("time: 5 s"));
        EvaluationSnapshot second = snapshot("passed", 0.97, null);

        assertEquals(Optional.empty(), await(store.last(testId)));
        await(store.add(testId, first, true));
        await(store.add(testId, second, true));

        assertEquals(List.of(first, second), evaluations(10));
        assertEquals(Optional.of(second), await(store.last(testId)).map(HistoryPoint::evaluation));
        assertEquals(List.of(second), evaluations(1));
    }

    @Test
    void there_are_so_many_points_and_the_older_ones_get_fewer_but_what_changed_stays() {
        Rows.change("insert into ab_test_history (test_id, time, generation, verdict, reasons, guardrails, changed)"
                + " select '" + testId
                + "', now() - interval '1 day' + i * interval '15 seconds', i, 'keep_running', '[]',"
                + " '[]', i % 100 = 1 from generate_series(1, 720) i");

        await(store.add(testId, snapshot("passed", 0.97, null), true));

        List<HistoryPoint> points = await(store.shown(testId, 1000));
        List<Long> generations =
                points.stream().map(point -> point.evaluation().generation()).toList();
        // of 360 in the older half 4 changed something, and half of the others is gone
        assertEquals(720 - 178 + 1, points.size());
        assertTrue(generations.containsAll(List.of(1L, 101L, 201L, 301L, 401L, 720L)));
        assertFalse(generations.contains(5L));
    }

    @Test
    void the_history_of_a_deleted_test_goes_with_the_retention() {
        Rows.change(
                "insert into ab_test_configs (test_id, mode, control_model, treatment_model, traffic_split, enabled,"
                        + " deleted_at) values ('" + testId
                        + "', 'shadow', 'a', 'b', 0, false, now() - interval '2 days')");
        await(store.add(testId, snapshot("passed", 0.97, null), true));

        await(cleanUp.purge("purge_ab_test_history", Duration.ofDays(3)));
        assertEquals(1, evaluations(10).size());
        await(cleanUp.purge("purge_ab_test_history", Duration.ofDays(1)));
        assertEquals(List.of(), evaluations(10));
    }

    private List<EvaluationSnapshot> evaluations(int most) {
        List<HistoryPoint> points = await(store.shown(testId, most));
        Instant now = Instant.now();
        points.forEach(point ->
                assertTrue(Duration.between(point.time(), now).abs().toMinutes() < 5, point::toString));
        return points.stream().map(HistoryPoint::evaluation).toList();
    }

    private static EvaluationSnapshot snapshot(
            String state, @Nullable Double estimate, @Nullable List<String> rampWaitsFor) {
        return new EvaluationSnapshot(
                3,
                "keep_running",
                List.of("agreement is " + state),
                List.of(new GuardrailSnapshot(
                        "agreement", state, 0.85, 41_210, estimate, null, null, Double.MAX_VALUE, 6.2)),
                rampWaitsFor);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(60));
    }
}
