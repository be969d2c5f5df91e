package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantiles of counts in buckets are what was computed elsewhere; the file says how. */
class BucketVectorsTest {

    private static final JsonNode FILE = read();

    @ParameterizedTest
    @MethodSource("bucketed_quantile_interval")
    void an_interval_of_a_quantile_of_counts_in_buckets(JsonNode row) {
        Interval interval = new QuantileSequence(number(row, "q"), number(row, "k"))
                .interval(histogram(row.get("buckets")), number(row, "alpha"));

        assertEquals(number(row, "low"), interval.low(), 1e-9 * number(row, "low"));
        assertEquals(
                row.get("high").isNull() ? Double.POSITIVE_INFINITY : number(row, "high"),
                interval.high(),
                1e-9 * interval.low());
    }

    @ParameterizedTest
    @MethodSource("bucketed_quantile_difference_log_e")
    void an_e_value_of_a_difference_of_quantiles_of_counts_in_buckets(JsonNode row) {
        assertClose(
                row,
                new QuantileDifference(number(row, "q"), number(row, "k"))
                        .eValue(
                                hypothesis(row),
                                number(row, "difference"),
                                histogram(row.get("treatment")),
                                histogram(row.get("control"))));
    }

    static Stream<JsonNode> bucketed_quantile_interval() {
        return items(FILE.get("bucketed_quantile_interval"));
    }

    static Stream<JsonNode> bucketed_quantile_difference_log_e() {
        return items(FILE.get("bucketed_quantile_difference_log_e"));
    }

    private static LogHistogram histogram(JsonNode row) {
        return LogHistogram.of(items(row)
                .collect(Collectors.toMap(
                        bucket -> bucket.get(0).asInt(), bucket -> bucket.get(1).asLong())));
    }

    private static Hypothesis hypothesis(JsonNode row) {
        return Hypothesis.valueOf(row.get("hypothesis").asText());
    }

    private static double number(JsonNode row, String field) {
        return row.get(field).asDouble();
    }

    private static Stream<JsonNode> items(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false);
    }

    private static void assertClose(JsonNode row, EValue evidence) {
        double expected = number(row, "log_e");
        assertEquals(expected, evidence.log(), 1e-9 * Math.max(1, Math.abs(expected)), row::toString);
    }

    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(
                BucketVectorsTest.class.getResourceAsStream("/vectors/buckets.json"), "vectors")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
