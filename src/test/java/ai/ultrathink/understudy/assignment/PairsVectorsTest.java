package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published vectors, which were computed with another implementation of the hash, hold for this code. */
class PairsVectorsTest {

    private static final JsonNode FILE = read();

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
        return StreamSupport.stream(FILE.get("rows").spliterator(), false)
                .map(row -> new Row(
                        row.get("test_id").asText(),
                        row.get("request_id").asText(),
                        row.get("bucket").asLong(),
                        row.get("pairs").asDouble(),
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
                false);
    }

    private static JsonNode read() {
        try (InputStream file = PairsVectorsTest.class.getResourceAsStream("/vectors/pairs.json")) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
