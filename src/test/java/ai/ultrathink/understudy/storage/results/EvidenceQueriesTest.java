package ai.ultrathink.understudy.storage.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Arm;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Batches;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Groups;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.evidence.PairStretches;
import ai.ultrathink.understudy.evidence.TallyRow;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.ObservationCopies;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.storage.db.Retention;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class EvidenceQueriesTest {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    @Inject
    ResultStore results;

    @Inject
    TallyStore tallies;

    @Inject
    EvidenceQueries queries;

    @Inject
    Retention retention;

    @Inject
    Schema schema;

    @Inject
    TimeSource time;

    private final String testId = Service.newId("evidence");

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void every_figure_is_what_counting_the_observations_one_by_one_gives(long seed) {
        RandomObservations observations = new RandomObservations(testId, time.now(), seed);
        List<List<Observation>> batches =
                List.of(observations.take(500), observations.take(1), observations.take(1_000), observations.take(37));

        batches.forEach(this::store);

        assertSame(PlainCount.of(batches), evidence());
    }

    @Test
    void a_batch_that_is_sent_again_changes_nothing_and_what_is_new_in_it_counts() {
        RandomObservations observations = new RandomObservations(testId, time.now(), 6);
        List<Observation> first = observations.take(300);
        List<Observation> second = observations.take(50);

        assertEquals(300, store(first));
        assertEquals(0, store(first));
        assertEquals(50, store(both(first, second)));

        assertSame(PlainCount.of(List.of(first, second)), evidence());
    }

    @Test
    void batches_at_the_same_time_over_the_same_units_and_minutes_lose_nothing() {
        RandomObservations observations = new RandomObservations(testId, time.now(), 7);
        List<List<Observation>> batches =
                IntStream.range(0, 40).mapToObj(i -> observations.take(100)).toList();

        Multi.createFrom()
                .iterable(batches)
                .onItem()
                .transformToUni(results::insert)
                .merge(6)
                .collect()
                .asList()
                .await()
                .atMost(WITHIN);

        // which of the batches was the first to bring a unit is chance; that one of them was, is not
        List<GenerationEvidence> expected = PlainCount.of(batches);
        assertSame(withoutUnits(expected), withoutUnits(evidence()));
        assertEquals(units(expected), units(evidence()));
    }

    @Test
    void blocks_are_in_their_order_and_add_up_to_the_whole() {
        soundBatches(11).forEach(this::store);

        List<GenerationEvidence> evidence = evidence();
        assertTrue(
                evidence.stream().mapToInt(part -> part.blocks().size()).max().orElse(0) > 5, "blocks of one part");
        assertTrue(evidence.stream().mapToLong(part -> part.pairs().agreeing()).sum() > 20, "agreeing pairs");
        for (GenerationEvidence part : evidence) {
            List<Block> blocks = part.blocks();
            assertEquals(
                    blocks.stream().sorted(Comparator.comparing(Block::start)).toList(), blocks);
            assertEquals(
                    part.pairs().count(),
                    blocks.stream().mapToLong(Block::pairs).sum());
            assertEquals(
                    part.pairs().agreeing(),
                    blocks.stream().mapToLong(Block::agreeing).sum());
            assertEquals(
                    part.failures().control(),
                    sum(part, block -> block.control().failures()));
            assertEquals(
                    part.failures().treatment(),
                    sum(part, block -> block.treatment().failures()));
            assertEquals(
                    part.asked().control(), sum(part, block -> block.control().requests()));
            assertEquals(
                    part.asked().treatment(),
                    sum(part, block -> block.treatment().requests()));
        }
    }

    @Test
    void of_a_long_life_with_idle_hours_there_are_a_hundred_blocks_and_one_more_for_each_generation() {
        Rows.change("insert into ab_test_account (test_id, generation, hour, block, samples, pair_count, agree_count)"
                + " select '" + testId + "', i / 333, ab_hour(now()) - (1000 - i) * interval '3 days', -1, 1, 1, i % 2"
                + " from generate_series(0, 999) as i");

        List<Block> blocks =
                evidence().stream().flatMap(part -> part.blocks().stream()).toList();

        assertEquals(103, blocks.size());
        assertEquals(1_000, blocks.stream().mapToLong(Block::pairs).sum());
        assertEquals(500, blocks.stream().mapToLong(Block::agreeing).sum());
        assertEquals(blocks.stream().sorted(Comparator.comparing(Block::start)).toList(), blocks);
    }

    @Test
    void a_unit_may_have_more_requests_than_an_integer_counts() {
        RandomObservations observations = new RandomObservations(testId, time.now(), 15);
        store(observations.take(300));
        Rows.change("update ab_test_unit_sums set pair_count = 2147483647, control_answers = 2147483647,"
                + " treatment_answers = 2147483647, agree_count = 2147483647 where unit in (select hashtextextended("
                + "concat_ws(' ', unit_id, test_id, coalesce(control_model_digest, ''), coalesce(treatment_model_digest, ''),"
                + " configured_split), 0) from ab_test_results where test_id = '" + testId + "')");

        assertEquals(300, store(observations.take(300)));

        assertEquals(
                "t",
                Rows.select("select max(control_answers) > 2147483647 from ab_test_unit_sums")
                        .getFirst());
    }

    @Test
    void blocks_have_the_second_models_of_pairs_apart_from_the_arms_own() {
        RandomObservations observations = new RandomObservations(testId, time.now(), 14);
        store(observations.take(1_000));

        long second = 0;
        for (GenerationEvidence part : evidence()) {
            long ofControl = sum(part, block -> block.secondControl().requests());
            long ofTreatment = sum(part, block -> block.secondTreatment().requests());
            second += ofTreatment;
            assertTrue(ofControl + ofTreatment <= part.asked().paired(), part::toString);
            assertTrue(sum(part, block -> block.secondTreatment().failures()) <= ofTreatment);
            assertTrue(sum(part, block -> block.secondControl().failures()) <= ofControl);
        }
        assertTrue(second > 20, "pairs of control's requests");
    }

    private static long sum(GenerationEvidence part, ToLongFunction<Block> count) {
        return part.blocks().stream().mapToLong(count).sum();
    }

    @Test
    void a_unit_fails_once_with_the_same_versions() {
        List<List<Observation>> batches = soundBatches(12);
        batches.forEach(this::store);

        List<Block> blocks =
                evidence().stream().flatMap(part -> part.blocks().stream()).toList();

        List<Long> expected = PlainFailingUnits.of(batches);
        assertTrue(expected.stream().allMatch(units -> units > 5), expected::toString);
        assertEquals(
                expected,
                List.of(
                        blocks.stream()
                                .mapToLong(block -> block.control().failingUnits())
                                .sum(),
                        blocks.stream()
                                .mapToLong(block -> block.treatment().failingUnits())
                                .sum(),
                        blocks.stream().mapToLong(Block::controlOnly).sum(),
                        blocks.stream().mapToLong(Block::treatmentOnly).sum()));
    }

    @Test
    void moments_are_those_of_each_run_minute_and_unit_also_when_minutes_are_folded() {
        List<List<Observation>> batches = soundBatches(13);
        batches.forEach(this::store);
        assertClusterings(batches);
        assertTrue(minutes() > 5, () -> "minutes: " + minutes());

        Rows.select("select fold_ab_test_account(interval '-2 hours')");

        assertEquals(0, minutes());
        assertClusterings(batches);
    }

    @Test
    void stretches_of_the_newest_pairs_are_read_while_there_are_few_minutes() {
        RandomObservations observations = RandomObservations.unfenced(testId, time.now(), 14);
        int generation = 4;
        String version = "b20000000001";
        List<Observation> rows = Stream.generate(observations::next)
                .filter(row -> row.generation() == generation
                        && row.comparison().isPresent()
                        && row.treatment() instanceof Outcome.Answered answered
                        && answered.by().digest().equals(version))
                .limit(1_900)
                .map(row -> of(version, row))
                .toList();
        Observation fenced = Stream.generate(new RandomObservations(testId, time.now(), 15)::next)
                .filter(row -> row.generation() == generation && row.fallback() == Fallback.FENCED)
                .findFirst()
                .map(row -> of(version, row))
                .orElseThrow();
        store(rows.subList(0, 1_200));
        assertEquals(List.of(), stretches());

        store(rows.subList(1_200, rows.size()));
        store(List.of(fenced));

        List<Observation> newest = rows.stream()
                .filter(row -> !minute(row).equals(minute(fenced)))
                .sorted(Comparator.comparing(Observation::time)
                        .thenComparing(row -> row.rowId().toString())
                        .reversed())
                .toList();
        List<Long> agreeing = IntStream.range(0, newest.size() / PairStretches.SHORTEST)
                .mapToObj(place ->
                        newest.subList(place * PairStretches.SHORTEST, (place + 1) * PairStretches.SHORTEST).stream()
                                .filter(row -> row.comparison().orElseThrow().actionsMatch())
                                .count())
                .toList();
        assertTrue(newest.size() < rows.size(), "pairs of a fenced minute");
        assertEquals(PairStretches.of(agreeing), stretches());
    }

    private static Observation of(String treatment, Observation row) {
        return ObservationCopies.copy(
                row,
                new ModelVersion("bull", "1", "b00000000001"),
                new ModelVersion("bull_v2", "1", treatment),
                row.pairing());
    }

    private static Instant minute(Observation row) {
        return row.time().truncatedTo(ChronoUnit.MINUTES);
    }

    private List<Clustering> stretches() {
        return evidence().stream()
                .flatMap(part -> part.clusterings().stream())
                .filter(each -> each.grouping().name().startsWith("STRETCH"))
                .toList();
    }

    private void assertClusterings(List<List<Observation>> batches) {
        List<Clustering> found =
                evidence().stream().flatMap(part -> part.clusterings().stream()).toList();
        for (Clustering.Quantity quantity : Clustering.Quantity.values()) {
            for (Clustering.Grouping grouping :
                    List.of(Clustering.Grouping.RUN, Clustering.Grouping.MINUTE, Clustering.Grouping.UNIT)) {
                Clustering expected = PlainClusterings.of(quantity, grouping, batches);
                Clustering actual = found.stream()
                        .filter(each -> each.quantity() == quantity && each.grouping() == grouping)
                        .reduce(Clustering::plus)
                        .orElseThrow();
                String what = quantity + " by " + grouping;
                assertTrue(expected.groups() > 5, what);
                assertEquals(expected.groups(), actual.groups(), what);
                assertEquals(expected.count(), actual.count(), what);
                assertEquals(expected.sum(), actual.sum(), 1e-6, what);
                assertEquals(expected.sumOfSquares(), actual.sumOfSquares(), 1e-6, what);
                assertEquals(expected.sizes(), actual.sizes(), 1e-6, what);
                assertEquals(expected.products(), actual.products(), 1e-6, what);
                assertEquals(expected.groupSquares(), actual.groupSquares(), 1e-6, what);
            }
        }
    }

    /** Without fenced requests, whose minutes count for nothing. */
    private List<List<Observation>> soundBatches(long seed) {
        RandomObservations observations = new RandomObservations(testId, time.now(), seed);
        return IntStream.of(400, 1, 700, 90)
                .mapToObj(count -> observations.take(count).stream()
                        .filter(row -> row.fallback() != Fallback.FENCED)
                        .toList())
                .filter(batch -> !batch.isEmpty())
                .toList();
    }

    @Test
    void a_test_of_which_nothing_was_seen_has_no_evidence() {
        assertEquals(List.of(), evidence());
    }

    @Test
    void minutes_stay_in_the_sums_when_they_are_folded() {
        Instant lastWeek = time.now().minus(Duration.ofDays(7));
        RandomObservations observations = new RandomObservations(testId, lastWeek, 8);
        List<Observation> batch = observations.take(500);
        store(batch);
        assertTrue(minutes() > 0);

        await(retention.cleanUp());

        assertEquals(0, minutes());
        assertSame(PlainCount.of(List.of(batch)), evidence());
    }

    @Test
    void a_row_of_a_minute_that_is_folded_is_a_batch_of_its_own() {
        Instant lastWeek = time.now().minus(Duration.ofDays(7));
        RandomObservations observations = new RandomObservations(testId, lastWeek, 9);
        List<Observation> early = observations.take(200);
        List<Observation> late = observations.take(200);
        store(early);
        await(retention.cleanUp());

        store(late);

        long folded = batches(PlainCount.of(List.of(early)));
        long reopened = batches(PlainCount.of(List.of(late)));
        assertTrue(folded > 10 && reopened > 10, folded + " and " + reopened);
        assertEquals(folded + reopened, batches(evidence()));
        assertTrue(batches(PlainCount.of(List.of(early, late))) < folded + reopened, "minutes that both have");
    }

    @Test
    void the_tallies_of_all_runs_add_up() {
        await(tallies.store(List.of(
                tally(1, new UUID(1, 1), null, new Groups(0, 0, 9), new Noise(4, 3)),
                tally(2, new UUID(1, 2), 0.25, new Groups(30, 10, 0), new Noise(0, 0)))));
        await(tallies.store(List.of(tally(2, new UUID(1, 3), 0.25, new Groups(3, 1, 0), new Noise(0, 0)))));

        List<GenerationEvidence> evidence = evidence();

        assertEquals(List.of(new Groups(0, 0, 9), new Groups(33, 11, 0)), assigned(evidence));
        assertEquals(new Noise(4, 3), evidence.getFirst().noise());
        assertEquals(0.25, evidence.getLast().configuredSplit());
        assertEquals(new Groups(0, 0, 0), evidence.getLast().stored());
        assertEquals(List.of(), evidence.getLast().latencies());
    }

    @Test
    void a_tally_that_comes_after_a_later_one_of_its_run_changes_nothing() {
        UUID run = new UUID(1, 1);
        await(tallies.store(List.of(tally(1, run, null, new Groups(0, 0, 9), new Noise(4, 3)))));

        await(tallies.store(List.of(tally(1, run, null, new Groups(0, 0, 7), new Noise(2, 2)))));

        assertEquals(List.of(new Groups(0, 0, 9)), assigned(evidence()));
        assertEquals(new Noise(4, 3), evidence().getFirst().noise());
    }

    @Test
    void rows_and_tallies_of_a_generation_are_one_piece_of_evidence() {
        List<Observation> rows = new RandomObservations(testId, time.now(), 10).take(400);
        store(rows);

        await(tallies.store(List.of(tally(2, new UUID(1, 1), 0.25, new Groups(1_000, 300, 0), new Noise(0, 0)))));

        List<GenerationEvidence> second =
                evidence().stream().filter(part -> part.generation() == 2).toList();
        assertEquals(
                1_000,
                second.stream().mapToLong(part -> part.assigned().control()).sum());
        assertEquals(
                300,
                second.stream().mapToLong(part -> part.assigned().treatment()).sum());
        assertEquals(
                PlainCount.of(List.of(rows)).stream()
                        .filter(part -> part.generation() == 2)
                        .map(GenerationEvidence::stored)
                        .toList(),
                second.stream().map(GenerationEvidence::stored).toList());
        // what got lost is the latest versions'; the others are taken to have lost nothing
        assertEquals(second.getFirst().stored(), second.getFirst().assigned());
    }

    private int store(List<Observation> batch) {
        return await(results.insert(batch));
    }

    private List<GenerationEvidence> evidence() {
        return await(queries.evidence(testId));
    }

    private long minutes() {
        return Long.parseLong(
                Rows.select("select count(*) from ab_test_account where block >= 0 and test_id = ?", testId)
                        .getFirst());
    }

    private TallyRow tally(long generation, UUID run, @Nullable Double split, Groups assigned, Noise noise) {
        return new TallyRow(testId, generation, run, split, assigned, noise);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(WITHIN);
    }

    private static List<Observation> both(List<Observation> first, List<Observation> second) {
        List<Observation> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private static List<Groups> assigned(List<GenerationEvidence> evidence) {
        return evidence.stream().map(GenerationEvidence::assigned).toList();
    }

    private static long batches(List<GenerationEvidence> evidence) {
        return evidence.stream()
                .mapToLong(generation -> generation.control().latencyBatches().count()
                        + generation.treatment().latencyBatches().count())
                .sum();
    }

    private static long units(List<GenerationEvidence> evidence) {
        return evidence.stream()
                .mapToLong(generation ->
                        generation.units().control() + generation.units().treatment())
                .sum();
    }

    private static List<GenerationEvidence> withoutUnits(List<GenerationEvidence> evidence) {
        return evidence.stream()
                .map(e -> with(e, new GenerationEvidence.Units(0, 0), e.control(), e.treatment()))
                .toList();
    }

    /** All is equal, but the means of minutes, which are quotients, only all but equal. */
    private static void assertSame(List<GenerationEvidence> expected, List<GenerationEvidence> actual) {
        assertEquals(withoutMeans(expected), withoutMeans(actual));
        for (int i = 0; i < expected.size(); i++) {
            assertClose(expected.get(i).control(), actual.get(i).control());
            assertClose(expected.get(i).treatment(), actual.get(i).treatment());
        }
    }

    private static void assertClose(Arm expected, Arm actual) {
        Batches means = expected.latencyBatches();
        assertEquals(means.sum(), actual.latencyBatches().sum(), 1e-9 * means.sum());
        assertEquals(means.sumOfSquares(), actual.latencyBatches().sumOfSquares(), 1e-9 * means.sumOfSquares());
    }

    private static List<GenerationEvidence> withoutMeans(List<GenerationEvidence> evidence) {
        return evidence.stream()
                .map(e -> with(e, e.units(), withoutMeans(e.control()), withoutMeans(e.treatment())))
                .toList();
    }

    private static Arm withoutMeans(Arm arm) {
        return new Arm(
                arm.answers(),
                arm.confidenceSum(),
                arm.confidenceSumOfSquares(),
                arm.latencySum(),
                arm.latencySumOfSquares(),
                new Batches(arm.latencyBatches().count(), 0, 0));
    }

    private static GenerationEvidence with(
            GenerationEvidence e, GenerationEvidence.Units units, Arm control, Arm treatment) {
        return new GenerationEvidence(
                e.generation(),
                e.configuredSplit(),
                e.assigned(),
                e.stored(),
                units,
                e.failures(),
                control,
                treatment,
                e.pairs(),
                e.noise(),
                e.latencies(),
                e.asked(),
                e.versions(),
                e.pairedLatencies(),
                List.of(),
                List.of());
    }
}
