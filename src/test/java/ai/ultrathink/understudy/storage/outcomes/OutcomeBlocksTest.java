package ai.ultrathink.understudy.storage.outcomes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeSums;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome.Subject;
import ai.ultrathink.understudy.storage.results.ResultStore;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class OutcomeBlocksTest {

    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final OutcomePlan PLAN = new OutcomePlan(
            Map.of("HOLD", 0.1, "BUY", 0.5, "SELL", -0.25),
            0.0001,
            0.02,
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            -0.0005,
            GuardrailAction.ALERT,
            OutcomePromotion.IGNORE,
            0.05);

    @Inject
    ResultStore results;

    @Inject
    OutcomeStore outcomes;

    @Inject
    OutcomeBlocks blocks;

    @Inject
    Schema schema;

    @Inject
    TimeSource time;

    @BeforeEach
    void wait_for_the_tables() {
        Awaitility.await().until(schema::ready);
    }

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void every_figure_of_a_closed_block_is_what_following_the_decisions_one_by_one_gives(long seed) {
        String testId = planned();
        RandomDecisions random = new RandomDecisions(testId, before(), Duration.ofMinutes(9), symbols(), seed);
        List<Observation> rows = random.observations(900);
        List<RealisedOutcome> known = random.outcomes(rows);
        // the leader closes what is due, so all has to be there when the rows come
        take(known);

        store(rows);
        closeAll();

        assertSame(new PlainBlocks(PLAN, known).of(rows), closed(testId));
    }

    @Test
    void a_block_that_is_added_up_in_several_steps_is_the_same() {
        String testId = planned();
        RandomDecisions random = new RandomDecisions(testId, before(), Duration.ofMinutes(3), symbols(), 4);
        List<Observation> rows = random.observations(400);
        List<RealisedOutcome> known = random.outcomes(rows);
        take(known);

        int steps = Rows.untilZero("ab_test_outcome_blocks", () -> store(rows), "select ab_test_close_outcomes(7)");

        assertTrue(steps > 400 / 7, () -> steps + " steps");
        assertSame(new PlainBlocks(PLAN, known).of(rows), closed(testId));
    }

    @Test
    void what_comes_after_the_closing_is_in_no_block() {
        String testId = planned();
        RandomDecisions random = new RandomDecisions(testId, before(), Duration.ofMinutes(2), symbols(), 5);
        List<Observation> rows = random.observations(100);
        List<RealisedOutcome> known = random.outcomes(rows);
        take(known);
        store(rows.subList(0, 80));
        closeAll();
        List<OutcomeBlock> judged = closed(testId);

        store(rows.subList(80, 100));
        take(rows.stream()
                .limit(10)
                .map(row -> new RealisedOutcome(0, new Subject.Request(row.requestId()), 0.5, null, 7))
                .toList());
        closeAll();

        assertEquals(judged, closed(testId).subList(0, judged.size()));
        List<OutcomeSums> shown = blocks.window(testId, before().minusSeconds(3_600), Instant.now())
                .await()
                .atMost(WITHIN);
        assertEquals(
                10, shown.stream().mapToLong(block -> block.late().outcomes()).sum());
        assertTrue(shown.stream().mapToLong(block -> block.late().decisions()).sum() > 0, "rows that came late");
    }

    @Test
    void a_row_that_comes_between_two_steps_of_a_closing_is_late() {
        String testId = planned();
        List<Observation> all =
                new RandomDecisions(testId, before(), Duration.ofMinutes(1), symbols(), 6).observations(200);
        List<Observation> rows = all.stream()
                .filter(row -> Objects.equals(row.controlModel(), all.getFirst().controlModel())
                        && Objects.equals(row.treatmentModel(), all.getFirst().treatmentModel()))
                .sorted(Comparator.comparing(Observation::time))
                .toList();
        assertTrue(rows.size() > 20, "one pair of versions is one series");
        store(rows.subList(1, rows.size()));
        Awaitility.await().until(() -> {
            Rows.select("select ab_test_close_outcomes(7)");
            return Rows.select(
                            "select count(*) from ab_test_outcome_series where cursor_time > '-infinity' and test_id = '"
                                    + testId + "'")
                    .equals(List.of("1"));
        });

        store(rows.subList(0, 1));
        closeAll();

        assertEquals(
                List.of("1"),
                Rows.select("select sum(decisions) from ab_test_outcome_late where test_id = '" + testId + "'"));
    }

    @Test
    void a_day_of_a_plan_has_24_hours_also_where_clocks_change() {
        assertEquals(
                List.of("24:00:00 02:30:00"),
                Rows.select("select ab_test_length('P1D') || ' ' || ab_test_length('PT2H30M')"));
    }

    private static Instant before() {
        return Instant.now().minus(3, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MINUTES);
    }

    private static String symbols() {
        return "S" + System.nanoTime() + "-";
    }

    /** A test of two generations, with evidence that goes on. */
    private static String planned() {
        String testId = Service.created(Service.explicitTest(Service.newId("blocks"), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put("outcome", new JsonObject("""
                {"positions": {"HOLD": 0.1, "BUY": 0.5, "SELL": -0.25}, "cost": 0.0001, "clip": 0.02, "block": "PT1M",
                 "horizon": "PT2M", "limit": -0.001, "promote": "ignore"}""")));
        assertEquals(
                200,
                RestAssured.given()
                        .contentType("application/json")
                        .body("{\"limit\": -0.0005}")
                        .put(Service.about(testId, "outcome"))
                        .statusCode());
        return testId;
    }

    private void store(List<Observation> rows) {
        results.insert(rows).await().atMost(WITHIN);
    }

    private void take(List<RealisedOutcome> known) {
        outcomes.take(known).await().atMost(WITHIN);
    }

    private void closeAll() {
        long processed;
        do {
            processed = blocks.closeNext().await().atMost(WITHIN);
        } while (processed > 0);
    }

    private List<OutcomeBlock> closed(String testId) {
        return blocks.closed(testId).await().atMost(WITHIN).blocks();
    }

    /** Counts are equal, and so are sums but for the order in which they were added up. */
    private static void assertSame(List<OutcomeBlock> expected, List<OutcomeBlock> actual) {
        assertEquals(
                expected.stream().map(OutcomeBlocksTest::counts).toList(),
                actual.stream().map(OutcomeBlocksTest::counts).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertSame(expected.get(i).clipped(), actual.get(i).clipped());
            assertSame(expected.get(i).raw(), actual.get(i).raw());
            assertEquals(expected.get(i).scale(), actual.get(i).scale(), 1e-12, "scale of " + actual.get(i));
        }
        assertTrue(actual.stream().anyMatch(block -> block.scale() > 0), "a scale");
    }

    private static List<Object> counts(OutcomeBlock block) {
        return List.of(
                block.start(),
                block.generation(),
                block.versions(),
                block.agreeing(),
                block.disagreeing(),
                block.wins(),
                block.losses());
    }

    private static void assertSame(OutcomeBlock.Earned expected, OutcomeBlock.Earned actual) {
        assertEquals(expected.control(), actual.control(), 1e-12);
        assertEquals(expected.treatment(), actual.treatment(), 1e-12);
        assertEquals(expected.difference(), actual.difference(), 1e-12);
    }
}
