package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published values, computed elsewhere with many digits, are what this package computes. */
class StatisticsVectorsTest {

    private static final JsonNode FILE = read();

    @ParameterizedTest
    @MethodSource("bernoulli_log_e")
    void an_e_value_of_a_rate(JsonNode row) {
        EValue evidence = new RateBet(Hypothesis.EQUAL, number(row, "p"), number(row, "a"), number(row, "b"))
                .eValue(new Proportion(
                        row.get("successes").asLong(), row.get("n").asLong()));

        assertClose(number(row, "log_e"), evidence.log(), 1e-9);
    }

    @ParameterizedTest
    @MethodSource("multinomial_log_e")
    void an_e_value_of_a_split(JsonNode row) {
        List<Double> theta = items(row, "theta").map(JsonNode::asDouble).toList();
        List<Long> counts = items(row, "counts").map(JsonNode::asLong).toList();

        EValue evidence = new MultinomialBet(theta, number(row, "k")).eValue(counts);

        assertClose(number(row, "log_e"), evidence.log(), 1e-9);
    }

    @ParameterizedTest
    @MethodSource("bernoulli_interval")
    void an_interval_of_a_rate(JsonNode row) {
        Interval interval = new RateSequence(number(row, "a"), number(row, "b"))
                .interval(
                        new Proportion(
                                row.get("successes").asLong(), row.get("n").asLong()),
                        number(row, "alpha"));

        assertClose(number(row, "low"), interval.low(), 1e-7);
        assertClose(number(row, "high"), interval.high(), 1e-7);
    }

    @ParameterizedTest
    @MethodSource("asymptotic_half_width")
    void a_half_width_of_a_mean(JsonNode row) {
        Interval interval = sequence(row).interval(estimate(row));

        assertClose(number(row, "half_width"), interval.high(), 1e-9);
        assertClose(-number(row, "half_width"), interval.low(), 1e-9);
    }

    @ParameterizedTest
    @MethodSource("asymptotic_half_width_one_sided")
    void a_half_width_of_a_mean_on_one_side(JsonNode row) {
        assertClose(
                number(row, "half_width"),
                sequence(row).upperBound(estimate(row)).high(),
                1e-9);
        assertClose(
                -number(row, "half_width"),
                sequence(row).lowerBound(estimate(row)).low(),
                1e-9);
    }

    @ParameterizedTest
    @MethodSource("quantile_difference_p")
    void a_p_value_of_equal_quantiles(JsonNode row) {
        EValue evidence = new QuantileDifference(number(row, "q"), number(row, "k"))
                .eValue(Hypothesis.EQUAL, 0, ranks(row, "treatment"), ranks(row, "control"));

        assertClose(number(row, "p"), evidence.pValue(), 1e-9);
    }

    @Test
    void every_section_of_the_file_is_tested() {
        assertEquals(
                List.of(
                        "bernoulli_log_e",
                        "multinomial_log_e",
                        "bernoulli_interval",
                        "asymptotic_half_width",
                        "asymptotic_half_width_one_sided",
                        "quantile_difference_p"),
                StreamSupport.stream(((Iterable<String>) FILE::fieldNames).spliterator(), false)
                        .toList());
        assertEquals(
                204,
                StreamSupport.stream(FILE.spliterator(), false)
                        .mapToInt(JsonNode::size)
                        .sum());
    }

    static Stream<JsonNode> bernoulli_log_e() {
        return items(FILE, "bernoulli_log_e");
    }

    static Stream<JsonNode> multinomial_log_e() {
        return items(FILE, "multinomial_log_e");
    }

    static Stream<JsonNode> bernoulli_interval() {
        return items(FILE, "bernoulli_interval");
    }

    static Stream<JsonNode> asymptotic_half_width() {
        return items(FILE, "asymptotic_half_width");
    }

    static Stream<JsonNode> asymptotic_half_width_one_sided() {
        return items(FILE, "asymptotic_half_width_one_sided");
    }

    static Stream<JsonNode> quantile_difference_p() {
        return items(FILE, "quantile_difference_p");
    }

    private static MeanSequence sequence(JsonNode row) {
        return new MeanSequence(number(row, "alpha"), number(row, "n_star"));
    }

    private static Estimate estimate(JsonNode row) {
        long count = row.get("n").asLong();
        return new Estimate(0, number(row, "sd") / Math.sqrt((double) count), count);
    }

    private static Ranks ranks(JsonNode row, String arm) {
        return Ranks.of(items(row, arm).mapToDouble(JsonNode::asDouble).toArray());
    }

    private static double number(JsonNode row, String field) {
        return row.get(field).asDouble();
    }

    private static Stream<JsonNode> items(JsonNode row, String field) {
        return StreamSupport.stream(row.get(field).spliterator(), false);
    }

    /** Relative; a logarithm that is 0 on paper may differ by the last digits of what was subtracted. */
    private static void assertClose(double expected, double actual, double tolerance) {
        assertEquals(expected, actual, Math.max(tolerance * Math.abs(expected), 1e-14));
    }

    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(
                StatisticsVectorsTest.class.getResourceAsStream("/vectors/statistics.json"), "vectors")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
