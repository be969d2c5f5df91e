package ai.ultrathink.understudy.storage.outcomes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.PresentVersions;
import ai.ultrathink.understudy.analysis.outcome.ClosedOutcomes;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.evidence.ClosedBlock;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.evidence.OutcomeSums;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome.Subject;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import ai.ultrathink.understudy.storage.results.ResultStore;
import ai.ultrathink.understudy.testkit.VectorFile;
import ai.ultrathink.understudy.testkit.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class OutcomeBlocksTest {

    private static final VectorFile VECTORS = VectorFile.read("outcomes.json");
    private static final Duration WITHIN = Duration.ofMinutes(1);
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
    ClosedOutcomes closedOutcomes;

    @Inject
    CatalogFollower catalog;

    @Inject
    EvidenceQueries evidence;

    @Inject
    Database database;

    @Inject
    Schema schema;

    @Inject
    TimeSource time;

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
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

    @ParameterizedTest
    @MethodSource("earnings")
    void published_earnings_are_what_the_database_computes(JsonNode row) {
        String testId = Service.created(Service.explicitTest(Service.newId("vector"), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put(
                        "outcome",
                        new JsonObject()
                                .put(
                                        "positions",
                                        new JsonObject(row.get("positions").toString()))
                                .put("cost", row.get("cost").asDouble())
                                .put("clip", 1)
                                .put("limit", -1)));
        // not closed within the test: a day and a horizon of a day are usual
        Instant from = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.SECONDS);
        List<Observation> rows = new ArrayList<>();
        List<RealisedOutcome> known = new ArrayList<>();
        for (JsonNode each : row.get("decisions")) {
            int place = rows.size();
            String id = testId + "-" + place;
            rows.add(RandomDecisions.shadow(
                    testId,
                    1,
                    from.plusSeconds(place),
                    id,
                    each.get(0).asText(),
                    each.get(1).asText(),
                    each.get(2).asText(),
                    version("constant_hold"),
                    version("constant_buy")));
            known.add(new RealisedOutcome(
                    place, new Subject.Request(id), each.get(3).asDouble(), null, 0));
        }
        store(rows);
        take(known);

        List<String> earned = Rows.select("select e.treatment_raw from ab_test_outcome_series as s"
                + " cross join lateral ab_test_outcome_earnings(s, ab_test_outcome_plan_of(s), '-infinity', 'infinity', 1000) as e"
                + " where s.test_id = '" + testId + "' order by e.time");

        assertEquals(row.get("earned").size(), earned.size());
        for (int place = 0; place < earned.size(); place++) {
            assertEquals(
                    row.get("earned").get(place).asDouble(),
                    Double.parseDouble(earned.get(place)),
                    VECTORS.get("tolerance").asDouble());
        }
    }

    static Stream<JsonNode> earnings() {
        return VECTORS.rows("earnings");
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
        List<OutcomeSums> shown = window(testId);
        assertEquals(
                10, shown.stream().mapToLong(block -> block.late().outcomes()).sum());
        assertTrue(shown.stream().mapToLong(block -> block.late().decisions()).sum() > 0, "rows that came late");
    }

    @Test
    void what_a_block_would_be_now_is_shown_beside_what_it_was_judged_by() {
        String testId = planned();
        RandomDecisions random = new RandomDecisions(testId, before(), Duration.ofMinutes(2), symbols(), 10);
        List<Observation> rows = random.observations(200);
        List<RealisedOutcome> known = random.outcomes(rows);
        store(rows);
        closeAll();
        List<OutcomeBlock> judged = closed(testId);

        take(known);

        List<OutcomeBlock> now = new PlainBlocks(PLAN, known).of(rows);
        List<OutcomeSums> shown = window(testId);
        assertEquals(judged, closed(testId));
        assertTrue(shown.stream().anyMatch(block -> block.late().outcomes() > 0), shown::toString);
        for (OutcomeSums block : shown) {
            List<OutcomeBlock> parts = now.stream()
                    .filter(part -> part.start().equals(block.start()))
                    .toList();
            OutcomeSums.Pairs pairs = Objects.requireNonNull(block.now(), block::toString);
            assertEquals(parts.stream().mapToLong(OutcomeBlock::withOutcome).sum(), pairs.known());
            // units were idle before, so that their costs in it count from their last positions
            assertEquals(
                    parts.stream()
                            .mapToDouble(part -> part.clipped().difference())
                            .sum(),
                    pairs.clippedDifference(),
                    0.01);
        }
    }

    @Test
    void a_row_of_a_block_that_had_none_is_shown_as_late() {
        String testId = planned();
        List<Observation> rows =
                new RandomDecisions(testId, before(), Duration.ofMinutes(3), symbols(), 11).losing(symbols(), 2, 60);
        Instant second = rows.stream()
                .map(Observation::time)
                .min(Comparator.naturalOrder())
                .orElseThrow()
                .truncatedTo(ChronoUnit.MINUTES)
                .plusSeconds(60);
        List<Observation> first = rows.stream()
                .filter(row -> row.time().isBefore(second) || !row.time().isBefore(second.plusSeconds(60)))
                .toList();
        store(first);
        closeAll();

        store(rows.stream().filter(row -> !first.contains(row)).toList());

        OutcomeSums late = window(testId).stream()
                .filter(block -> block.start().equals(second))
                .findFirst()
                .orElseThrow();
        assertEquals(rows.size() - first.size(), late.late().decisions());
        assertEquals(0, late.pairs().decisions());
    }

    @Test
    void a_decision_of_a_holiday_is_not_missing_and_counts_with_an_outcome() {
        String testId = planned();
        Instant from = before();
        String today = from.toString().substring(0, 10);
        String tomorrow = from.plus(3, ChronoUnit.HOURS).toString().substring(0, 10);
        assertEquals(
                200,
                RestAssured.given()
                        .contentType("application/json")
                        .body("{\"holidays\": [\"%s\", \"%s\"]}".formatted(today, tomorrow))
                        .put(Service.about(testId, "outcome"))
                        .statusCode());
        List<Observation> rows =
                new RandomDecisions(testId, from, Duration.ofMinutes(2), symbols(), 12).losing(symbols(), 3, 40);
        take(List.of(new RealisedOutcome(0, new Subject.Request(rows.getFirst().requestId()), 0.01, null, 0)));

        store(rows);
        closeAll();

        List<OutcomeBlock> blocks = closed(testId);
        assertEquals(1, blocks.size(), blocks::toString);
        assertEquals(1, blocks.getFirst().decisions());
        assertEquals(1, blocks.getFirst().withOutcome());
        assertEquals(
                List.of("0"),
                Rows.select("select count(*) from ab_test_outcome_decisions as d join ab_test_outcome_series as s"
                        + " using (test_id, since, control_digest, treatment_digest)"
                        + " where d.test_id = '" + testId + "' and d.time >= s.closed_until"));
    }

    /** A database whose clock is a day ahead closes nothing as long as the leader's is right, and the other way round. */
    @Test
    void a_clock_that_was_set_forward_closes_no_block_early() {
        String testId = planned();
        store(new RandomDecisions(testId, Instant.now().minusSeconds(30), Duration.ofSeconds(20), symbols(), 13)
                .losing(symbols(), 2, 20));
        OutcomeBlocks ahead = new OutcomeBlocks(database, off(Duration.ofDays(1)));
        OutcomeBlocks behind = new OutcomeBlocks(database, off(Duration.ofDays(-1)));

        ahead.closeNext().await().atMost(WITHIN);
        assertEquals(List.of(), closed(testId));

        store(new RandomDecisions(testId, before(), Duration.ofSeconds(20), symbols(), 14).losing(symbols(), 2, 20));
        assertEquals(0, behind.closeNext().await().atMost(WITHIN));
    }

    @Test
    void outcomes_are_kept_at_least_until_the_block_of_a_plan_is_closed() {
        String testId = planned();
        String needed = "select ab_test_outcomes_needed() >= interval '90 days'";
        assertEquals(
                200,
                RestAssured.given()
                        .contentType("application/json")
                        .body("{\"block\": \"P30D\", \"horizon\": \"P60D\"}")
                        .put(Service.about(testId, "outcome"))
                        .statusCode());
        assertEquals(List.of("t"), Rows.select(needed));

        assertEquals(204, Service.delete(Service.TESTS + "/" + testId).statusCode());

        assertEquals(List.of("f"), Rows.select(needed));
    }

    @Test
    void positions_of_units_that_are_idle_for_as_long_as_decisions_are_kept_are_removed() {
        String testId = planned();
        store(new RandomDecisions(testId, before(), Duration.ofMinutes(2), symbols(), 15).observations(100));
        closeAll();
        String positions = "select count(*) from ab_test_outcome_positions where test_id = '" + testId + "'";
        assertNotEquals(List.of("0"), Rows.select(positions));

        Rows.untilZero(
                "ab_test_outcome_decisions", () -> {}, "select purge_ab_test_outcome_decisions(interval '1 hour')");

        assertEquals(List.of("0"), Rows.select(positions));
    }

    /** The next decision of a unit is in a block that is added up only after its end and the horizon. */
    @Test
    void a_position_stays_while_a_block_that_needs_it_can_be_open() {
        String testId = planned();
        assertEquals(
                200,
                RestAssured.given()
                        .contentType("application/json")
                        .body("{\"horizon\": \"PT1H\"}")
                        .put(Service.about(testId, "outcome"))
                        .statusCode());
        Instant from = before();
        String symbol = symbols();
        store(Stream.of(1, 2, 3)
                .map(place -> RandomDecisions.shadow(
                        testId,
                        3,
                        from.plusSeconds(place),
                        testId + place,
                        "unit",
                        symbol,
                        "BUY",
                        new ModelVersion("bull", "1", "b00000000001"),
                        new ModelVersion("bull_v2", "1", "b20000000001")))
                .toList());
        closeAll();
        String positions = "select count(*) from ab_test_outcome_positions where test_id = '" + testId + "'";
        String purge = "select purge_ab_test_outcome_decisions(interval '1 minute')";
        assertEquals(List.of("1"), Rows.select(positions));

        idle(testId, "60 minutes");
        Rows.untilZero("ab_test_outcome_decisions", () -> {}, purge);
        assertEquals(List.of("1"), Rows.select(positions));

        idle(testId, "63 minutes");
        Rows.untilZero("ab_test_outcome_decisions", () -> {}, purge);
        assertEquals(List.of("0"), Rows.select(positions));
    }

    private static void idle(String testId, String since) {
        Rows.change("update ab_test_outcome_positions set moved_at = now() - interval '" + since + "' where test_id = '"
                + testId + "'");
    }

    /** So those of before digests were recorded, which have none, come last: where they count as the same, theirs is left out. */
    @Test
    void blocks_that_begin_at_one_time_are_closed_in_the_order_of_their_versions_also_by_several_leaders() {
        String testId = planned();
        Instant from = before();
        List<Observation> rows = new ArrayList<>();
        for (String digest : List.of("c00000000001", "", "a00000000001", "b00000000001")) {
            for (int minute = 0; minute < 10; minute++) {
                String id = digest + "-" + minute;
                rows.add(RandomDecisions.shadow(
                        testId,
                        2,
                        from.plusSeconds(60L * minute + 1),
                        id,
                        id,
                        symbols(),
                        "BUY",
                        new ModelVersion("bull", "1", "b00000000001"),
                        new ModelVersion("bull_v2", "1", digest)));
            }
        }
        store(rows);
        List<Uni<Long>> leaders = Collections.nCopies(4, blocks.closeNext());
        List<Long> processed;
        do {
            processed = Uni.join().all(leaders).andCollectFailures().await().atMost(WITHIN);
        } while (Collections.max(processed) > 0);

        List<String> order = List.of("c00000000001", "b00000000001", "a00000000001", "");
        assertEquals(
                IntStream.range(0, 10).boxed().flatMap(minute -> order.stream()).toList(),
                Rows.select("select treatment_digest from ab_test_outcome_blocks where test_id = '" + testId
                        + "' order by closing"));
    }

    @Test
    void what_came_late_for_blocks_before_a_window_is_not_in_its_answer() {
        String testId = planned();
        Instant from = before();
        List<Observation> rows =
                new RandomDecisions(testId, from, Duration.ofMinutes(4), symbols(), 21).losing(symbols(), 2, 100);
        store(rows);
        closeAll();
        take(rows.stream()
                .map(row -> new RealisedOutcome(0, new Subject.Request(row.requestId()), 0.01, null, 0))
                .toList());

        List<OutcomeSums> shown = blocks.window(testId, from.plusSeconds(130), from.plusSeconds(180))
                .await()
                .atMost(WITHIN);

        assertEquals(
                List.of(from.plusSeconds(120)),
                shown.stream().map(OutcomeSums::start).toList());
        assertTrue(shown.getFirst().late().outcomes() > 0, shown::toString);
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
        Waiting.await().until(() -> {
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

    /** From what callers send to a treatment that is out of use, and to a decision that anybody can evaluate again. */
    @Test
    void a_treatment_that_loses_money_is_rolled_back_by_the_outcomes_that_were_sent() {
        String symbol = symbols() + "1";
        String testId = planned();
        assertEquals(
                200,
                RestAssured.given()
                        .contentType("application/json")
                        .body("{\"action\": \"roll_back\", \"horizon\": \"PT0S\"}")
                        .put(Service.about(testId, "outcome"))
                        .statusCode());
        Instant from = before();
        JsonArray sent = new JsonArray();
        for (int minute = 0; minute < 150; minute++) {
            Instant begin = from.plus(minute, ChronoUnit.MINUTES);
            sent.add(new JsonObject()
                    .put("symbol", symbol)
                    .put("from", begin.toString())
                    .put("to", begin.plusSeconds(60).toString())
                    // the treatment buys and the price falls, more in some minutes than in others
                    .put("value", minute % 2 == 0 ? -0.012 : -0.016));
        }
        JsonObject taken = Service.ok(Service.post("/api/v1/outcomes", new JsonObject().put("outcomes", sent)));
        assertEquals(150, taken.getInteger("accepted"), taken::encode);

        store(new RandomDecisions(testId, from, Duration.ofMinutes(150), symbols(), 8)
                .by(version("constant_hold"), version("constant_buy"))
                .losing(symbol, 3, 600));
        closeAll();

        Waiting.await()
                .atMost(WITHIN.multipliedBy(2))
                .until(() -> !Service.test(testId).getBoolean("enabled"));
        JsonObject event = Service.okList(Service.get(Service.about(testId, "events"))).stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("action").equals("rolled_back"))
                .findFirst()
                .orElseThrow();
        assertTrue(event.getString("reason").startsWith("mean difference of earnings per block"), event::encode);
        JsonObject replay =
                Service.ok(Service.get(Service.about(testId, "events/" + event.getLong("event_id") + "/replay")));
        assertTrue(replay.getBoolean("follows"), replay::encode);
    }

    @Test
    void evidence_is_read_once_and_is_the_same_after_a_start() {
        String testId = planned();
        RandomDecisions random = new RandomDecisions(testId, before(), Duration.ofMinutes(9), symbols(), 9)
                .by(version("constant_hold"), version("constant_buy"));
        List<Observation> rows = random.losing(symbols(), 2, 300);
        take(random.outcomes(rows));
        store(rows);
        closeAll();
        Experiment experiment = catalog.readable().stream()
                .filter(each -> each.testId().equals(testId))
                .findFirst()
                .orElseThrow();
        List<GenerationEvidence> shown = evidence.evidence(testId).await().atMost(WITHIN);

        OutcomeEvidence first = closedOutcomes.of(experiment, shown).await().atMost(WITHIN);
        OutcomeEvidence second = closedOutcomes.of(experiment, shown).await().atMost(WITHIN);

        assertEquals(first, second);
        PresentVersions present = PresentVersions.of(shown);
        assertEquals(
                closed(testId).stream()
                        .filter(block -> present.covers(block.versions()))
                        .mapToLong(OutcomeBlock::decisions)
                        .sum(),
                first.blocks().stream().mapToLong(OutcomeBlock::decisions).sum());
        assertTrue(first.blocks().size() >= 8, first::toString);
        assertEquals(
                300,
                first.blocks().stream()
                        .mapToLong(block -> block.control().decisions())
                        .sum(),
                "the arms are counted");
    }

    @Test
    void a_day_of_a_plan_has_24_hours_also_where_clocks_change() {
        assertEquals(
                List.of("24:00:00 02:30:00"),
                Rows.select("select ab_test_length('P1D') || ' ' || ab_test_length('PT2H30M')"));
    }

    /** A version that a model of the service has now. */
    private static ModelVersion version(String name) {
        JsonObject model = Service.okList(Service.get(Service.MODELS)).stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
        return new ModelVersion(name, model.getString("version"), model.getString("digest"));
    }

    private static TimeSource off(Duration by) {
        return new TimeSource() {
            @Override
            public Instant now() {
                return Instant.now().plus(by);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
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

    private List<OutcomeSums> window(String testId) {
        return blocks.window(testId, before().minusSeconds(3_600), Instant.now())
                .await()
                .atMost(WITHIN);
    }

    private List<OutcomeBlock> closed(String testId) {
        return blocks
                .closings(testId)
                .chain(closings -> blocks.closed(testId, closings.since(), 0, closings.count()))
                .await()
                .atMost(WITHIN)
                .stream()
                .map(ClosedBlock::block)
                // of blocks that begin at one time, those of the several versions
                .sorted(Comparator.comparing(OutcomeBlock::start)
                        .thenComparingLong(OutcomeBlock::generation)
                        .thenComparing(block -> block.versions().treatmentDigest()))
                .toList();
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
