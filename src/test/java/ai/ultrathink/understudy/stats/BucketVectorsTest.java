package ai.ultrathink.understudy.stats;

import static ai.ultrathink.understudy.testkit.VectorFile.items;
import static ai.ultrathink.understudy.testkit.VectorFile.number;
import static ai.ultrathink.understudy.testkit.VectorFile.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.VectorFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantiles of counts in buckets are what was computed elsewhere; the file says how. */
class BucketVectorsTest {

    private static final VectorFile FILE = VectorFile.read("buckets.json");

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

    static Stream<JsonNode> bucketed_quantile_difference_log_e() {
        return FILE.rows("bucketed_quantile_difference_log_e");
    }

    private static LogHistogram histogram(JsonNode row) {
        return LogHistogram.of(items(row)
                .collect(Collectors.toMap(
                        bucket -> bucket.get(0).asInt(), bucket -> bucket.get(1).asLong())));
    }

    private static Hypothesis hypothesis(JsonNode row) {
        return Hypothesis.valueOf(text(row, "hypothesis"));
    }

    private static void assertClose(JsonNode row, EValue evidence) {
        double expected = number(row, "log_e");
        assertEquals(expected, evidence.log(), 1e-9 * Math.max(1, Math.abs(expected)), row::toString);
    }
}
