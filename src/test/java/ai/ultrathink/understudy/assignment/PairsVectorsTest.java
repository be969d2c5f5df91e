package ai.ultrathink.understudy.assignment;

import static ai.ultrathink.understudy.testkit.VectorFile.count;
import static ai.ultrathink.understudy.testkit.VectorFile.number;
import static ai.ultrathink.understudy.testkit.VectorFile.text;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Symbols;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import ai.ultrathink.understudy.testkit.VectorFile;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published vectors, which were computed with another implementation of the hash, hold for this code. */
class PairsVectorsTest {

    private static final VectorFile FILE = VectorFile.read("pairs.json");

    record Row(String testId, String requestId, long bucket, double pairs, boolean pair) {}

    @ParameterizedTest
    @MethodSource("rows")
    void a_published_row_is_what_the_service_computes(Row row) {
        assertAll(
                () -> assertEquals(row.bucket(), Pairs.bucket(row.testId(), row.requestId())),
                () -> assertEquals(row.pair(), Pairs.draw(test(row.testId(), row.pairs()), row.requestId())));
    }

    @Test
    void the_fraction_is_that_of_the_test_and_says_nothing_of_the_variants() {
        Experiment experiment = test("t", 0.1);
        long[] counts = new long[4];
        IntStream.range(0, 100_000).mapToObj(i -> "r-" + i).forEach(request -> {
            int pair = Pairs.draw(experiment, request) ? 1 : 0;
            int noise = new Sample(new Split(0.5)).includes("t", request) ? 2 : 0;
            counts[pair + noise]++;
        });

        assertEquals(0.1, (counts[1] + counts[3]) / 100_000.0, 0.005);
        assertEquals(0.1, (double) counts[3] / (counts[2] + counts[3]), 0.005);
        long treatments = IntStream.range(0, 100_000)
                .mapToObj(i -> "r-" + i)
                .filter(request -> Pairs.draw(experiment, request))
                .filter(request -> Assignment.bucket("t", request) < 1L << 31)
                .count();
        assertEquals(0.5, (double) treatments / (counts[1] + counts[3]), 0.02);
    }

    @Test
    void a_greater_fraction_only_adds_pairs() {
        assertTrue(IntStream.range(0, 10_000)
                .mapToObj(i -> "r-" + i)
                .filter(request -> Pairs.draw(test("t", 0.1), request))
                .allMatch(request -> Pairs.draw(test("t", 0.2), request)));
    }

    static Stream<Row> rows() {
        return FILE.rows("rows")
                .map(row -> new Row(
                        text(row, "test_id"),
                        text(row, "request_id"),
                        count(row, "bucket"),
                        number(row, "pairs"),
                        row.get("pair").asBoolean()));
    }

    private static Experiment test(String testId, double pairs) {
        return new Experiment(
                testId,
                "bull",
                "bull_v2",
                new Split(0.5),
                Mode.TRAFFIC_SPLIT,
                true,
                false,
                "",
                Instant.EPOCH,
                1,
                null,
                null,
                Guardrails.USUAL,
                new Split(pairs),
                VersionPolicy.USUAL,
                false,
                null,
                null,
                Symbols.ALL);
    }
}
