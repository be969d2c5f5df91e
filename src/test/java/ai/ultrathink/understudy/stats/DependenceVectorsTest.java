package ai.ultrathink.understudy.stats;

import static ai.ultrathink.understudy.testkit.VectorFile.count;
import static ai.ultrathink.understudy.testkit.VectorFile.items;
import static ai.ultrathink.understudy.testkit.VectorFile.number;
import static ai.ultrathink.understudy.testkit.VectorFile.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.VectorFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One-sided tests, differences, restarted bets, bounded means and design effects are what was computed
 * elsewhere; the file says how.
 */
class DependenceVectorsTest {

    private static final VectorFile FILE = VectorFile.read("dependence.json");

    @ParameterizedTest
    @MethodSource("one_sided_log_e")
    void a_one_sided_e_value_of_a_rate(JsonNode row) {
        assertClose(row, bet(row).eValue(new Proportion(count(row, "successes"), count(row, "n"))));
    }

    @ParameterizedTest
    @MethodSource("rate_difference_log_e")
    void an_e_value_of_a_difference_of_rates(JsonNode row) {
        assertClose(
                row,
                new RateDifference(number(row, "a"), number(row, "b"))
                        .eValue(
                                hypothesis(row),
                                number(row, "difference"),
                                proportion(row.get("treatment")),
                                proportion(row.get("control"))));
    }

    @ParameterizedTest
    @MethodSource("bounded_mean_log_e")
    void an_e_value_of_a_bounded_mean(JsonNode row) {
        assertClose(row, bounded(row).eValue(hypothesis(row), number(row, "mean"), moments(row.get("moments"))));
    }

    @ParameterizedTest
    @MethodSource("bounded_mean_difference_log_e")
    void an_e_value_of_a_difference_of_bounded_means(JsonNode row) {
        assertClose(
                row,
                new BoundedMeanDifference(bounded(row))
                        .eValue(
                                hypothesis(row),
                                number(row, "difference"),
                                moments(row.get("treatment")),
                                moments(row.get("control"))));
    }

    @ParameterizedTest
    @MethodSource("restarted_log_e")
    void an_e_value_of_a_bet_that_is_begun_at_every_block(JsonNode row) {
        RestartedBet.Result result = new RestartedBet(bet(row))
                .of(RestartedBetProperties.beginnings(items(row, "blocks")
                        .map(DependenceVectorsTest::proportion)
                        .toList()));

        assertClose(row, result.evidence());
        assertEquals(count(row, "from"), result.from());
    }

    @ParameterizedTest
    @MethodSource("design_effect")
    void a_design_effect(JsonNode row) {
        GroupSums sums = items(row, "groups")
                .map(group -> GroupSumsProperties.ofGroup(
                        items(group).mapToDouble(JsonNode::asDouble).toArray()))
                .reduce(GroupSums.NONE, GroupSums::plus);

        assertEquals(number(row, "ratio"), sums.ratio(), 1e-9);
        assertEquals(number(row, "effective_groups"), sums.effectiveGroups(), 1e-9);
        assertEquals(number(row, "correlation"), sums.correlation(), 1e-9);
    }

    @Test
    void every_section_of_the_file_is_tested() {
        assertEquals(
                List.of(
                        "one_sided_log_e",
                        "rate_difference_log_e",
                        "bounded_mean_log_e",
                        "bounded_mean_difference_log_e",
                        "restarted_log_e",
                        "design_effect"),
                FILE.sections());
        assertTrue(FILE.size() > 100);
    }

    static Stream<JsonNode> one_sided_log_e() {
        return FILE.rows("one_sided_log_e");
    }

    static Stream<JsonNode> rate_difference_log_e() {
        return FILE.rows("rate_difference_log_e");
    }

    static Stream<JsonNode> bounded_mean_log_e() {
        return FILE.rows("bounded_mean_log_e");
    }

    static Stream<JsonNode> bounded_mean_difference_log_e() {
        return FILE.rows("bounded_mean_difference_log_e");
    }

    static Stream<JsonNode> restarted_log_e() {
        return FILE.rows("restarted_log_e");
    }

    static Stream<JsonNode> design_effect() {
        return FILE.rows("design_effect");
    }

    private static RateBet bet(JsonNode row) {
        return new RateBet(hypothesis(row), number(row, "p"), number(row, "a"), number(row, "b"));
    }

    private static BoundedMeanBet bounded(JsonNode row) {
        return new BoundedMeanBet(number(row, "low"), number(row, "high"), number(row, "centre"));
    }

    private static Hypothesis hypothesis(JsonNode row) {
        return Hypothesis.valueOf(text(row, "hypothesis"));
    }

    private static Proportion proportion(JsonNode row) {
        return new Proportion(row.get(0).asLong(), row.get(1).asLong());
    }

    private static Moments moments(JsonNode row) {
        return new Moments(
                row.get(0).asLong(), row.get(1).asDouble(), row.get(2).asDouble());
    }

    private static void assertClose(JsonNode row, EValue evidence) {
        double expected = number(row, "log_e");
        assertEquals(expected, evidence.log(), 1e-9 * Math.max(1, Math.abs(expected)), row::toString);
    }
}
