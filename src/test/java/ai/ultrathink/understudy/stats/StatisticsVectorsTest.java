package ai.ultrathink.understudy.stats;

import static ai.ultrathink.understudy.testkit.VectorFile.count;
import static ai.ultrathink.understudy.testkit.VectorFile.items;
import static ai.ultrathink.understudy.testkit.VectorFile.number;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.VectorFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published values, computed elsewhere with many digits, are what this package computes. */
class StatisticsVectorsTest {

    private static final VectorFile FILE = VectorFile.read("statistics.json");

    @ParameterizedTest
    @MethodSource("bernoulli_log_e")
    void an_e_value_of_a_rate(JsonNode row) {
        EValue evidence = new RateBet(Hypothesis.EQUAL, number(row, "p"), number(row, "a"), number(row, "b"))
                .eValue(new Proportion(count(row, "successes"), count(row, "n")));

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
                .interval(new Proportion(count(row, "successes"), count(row, "n")), number(row, "alpha"));

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
                FILE.sections());
        assertEquals(204, FILE.size());
    }

    static Stream<JsonNode> bernoulli_log_e() {
        return FILE.rows("bernoulli_log_e");
    }

    static Stream<JsonNode> multinomial_log_e() {
        return FILE.rows("multinomial_log_e");
    }

    static Stream<JsonNode> bernoulli_interval() {
        return FILE.rows("bernoulli_interval");
    }

    static Stream<JsonNode> asymptotic_half_width() {
        return FILE.rows("asymptotic_half_width");
    }

    static Stream<JsonNode> asymptotic_half_width_one_sided() {
        return FILE.rows("asymptotic_half_width_one_sided");
    }

    static Stream<JsonNode> quantile_difference_p() {
        return FILE.rows("quantile_difference_p");
    }

    private static MeanSequence sequence(JsonNode row) {
        return new MeanSequence(number(row, "alpha"), number(row, "n_star"));
    }

    private static Estimate estimate(JsonNode row) {
        long count = count(row, "n");
        return new Estimate(0, number(row, "sd") / Math.sqrt((double) count), count);
    }

    private static Ranks ranks(JsonNode row, String arm) {
        return Ranks.of(items(row, arm).mapToDouble(JsonNode::asDouble).toArray());
    }

    /** Relative; a logarithm that is 0 on paper may differ by the last digits of what was subtracted. */
    private static void assertClose(double expected, double actual, double tolerance) {
        assertEquals(expected, actual, Math.max(tolerance * Math.abs(expected), 1e-14));
    }
}
