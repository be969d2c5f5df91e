package ai.ultrathink.understudy.analysis.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.evidence.ActionCount;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.evidence.SeenVersions;
import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class WindowAnalysisTest {

    private static final ResultSums.Arm NO_ANSWERS = new ResultSums.Arm(0, 0, 0, 0, 0, 0);
    private static final OutcomeFigures NO_OUTCOMES = OutcomeFigures.of(List.of());
    private static final ResultSums.Pairs NO_PAIRS = new ResultSums.Pairs(0, 0, 0, 0, 0, 0);

    @Test
    void without_rows_counts_are_0_and_figures_are_null() {
        WindowStatistics statistics = WindowAnalysis.statistics(
                "t",
                24,
                new ResultSums(0, 0, 0, 0, NO_ANSWERS, NO_ANSWERS, 0, NO_PAIRS),
                List.of(),
                SeenVersions.NONE,
                NO_OUTCOMES);

        WindowStatistics.Arm empty =
                new WindowStatistics.Arm(null, null, null, null, null, null, 0, 0, 0, null, null, null);
        assertEquals(
                new WindowStatistics(
                        "t",
                        24,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        new WindowStatistics.Metrics(
                                empty,
                                empty,
                                new WindowStatistics.Comparison(
                                        null, null, null, null, null, null, null, null, null, 0, null))),
                statistics);
    }

    @Test
    void an_arm_has_means_spread_quantiles_and_counts_of_its_own() {
        // control answered 0.5 and 0.7 in 1 and 3 ms; treatment 0.9 once in 2 ms, failed twice, control stood in twice
        ResultSums.Arm control = new ResultSums.Arm(2, 1.2, 0.74, 4, 10, 1);
        ResultSums.Arm treatment = new ResultSums.Arm(1, 0.9, 0.81, 2, 4, 2);
        WindowStatistics statistics = WindowAnalysis.statistics(
                "t",
                1,
                new ResultSums(6, 3, 3, 0, control, treatment, 2, NO_PAIRS),
                List.of(
                        new LatencyCount(Variant.CONTROL, 0, 1),
                        new LatencyCount(Variant.CONTROL, 55, 1),
                        new LatencyCount(Variant.TREATMENT, 35, 1)),
                SeenVersions.NONE,
                NO_OUTCOMES);

        WindowStatistics.Arm arm = statistics.metrics().control();
        assertClose(0.6, arm.avgConfidence());
        assertClose(2, arm.avgLatencyMs());
        assertClose(Math.sqrt(2), arm.stddevLatencyMs());
        assertEquals(LogHistogram.value(0), arm.p50LatencyMs());
        assertEquals(LogHistogram.value(55), arm.p95LatencyMs());
        assertEquals(LogHistogram.value(55), arm.p99LatencyMs());
        assertEquals(1, arm.errorCount());
        assertEquals(0, arm.fallbackCount());
        WindowStatistics.Arm other = statistics.metrics().treatment();
        assertClose(0.9, other.avgConfidence());
        assertNull(other.stddevLatencyMs());
        assertEquals(2, other.errorCount());
        assertEquals(2, other.fallbackCount());
        assertEquals(6, statistics.totalSamples());
        assertEquals(3, statistics.controlCount());
        assertEquals(3, statistics.treatmentCount());
    }

    @Test
    void without_pairs_deltas_are_those_of_the_means_and_nothing_is_said_of_agreement() {
        ResultSums.Arm control = new ResultSums.Arm(2, 1.2, 0.74, 4, 10, 0);
        ResultSums.Arm treatment = new ResultSums.Arm(4, 3.2, 2.6, 12, 40, 0);

        WindowStatistics.Comparison comparison = compare(control, treatment, NO_PAIRS);

        assertNull(comparison.agreementRate());
        assertNull(comparison.stddevConfidenceDelta());
        assertClose(0.8 - 0.6, comparison.avgConfidenceDelta());
        assertClose(3.0 - 2.0, comparison.avgLatencyDeltaMs());
    }

    @Test
    void with_pairs_deltas_are_those_of_the_pairs() {
        // the arms' means differ by 0.3 because treatment answered some requests that control did not
        ResultSums.Arm control = new ResultSums.Arm(3, 1.8, 1.1, 3, 3, 1);
        ResultSums.Arm treatment = new ResultSums.Arm(4, 3.6, 3.3, 8, 16, 0);
        // deltas of confidence 0.1, 0.2, 0.3; of latency 1, 1, 4
        ResultSums.Pairs pairs = new ResultSums.Pairs(3, 2, 0.6, 0.14, 6, 18);

        WindowStatistics.Comparison comparison = compare(control, treatment, pairs);

        assertClose(2.0 / 3, comparison.agreementRate());
        assertClose(0.2, comparison.avgConfidenceDelta());
        assertClose(0.1, comparison.stddevConfidenceDelta());
        assertClose(2, comparison.avgLatencyDeltaMs());
    }

    @Test
    void one_pair_has_no_spread() {
        WindowStatistics.Comparison comparison = compare(
                new ResultSums.Arm(1, 0.5, 0.25, 1, 1, 0),
                new ResultSums.Arm(1, 0.6, 0.36, 2, 4, 0),
                new ResultSums.Pairs(1, 1, 0.1, 0.01, 1, 1));

        assertClose(1, comparison.agreementRate());
        assertClose(0.1, comparison.avgConfidenceDelta());
        assertNull(comparison.stddevConfidenceDelta());
    }

    @Test
    void an_arm_without_answers_has_no_delta() {
        WindowStatistics.Comparison comparison =
                compare(new ResultSums.Arm(1, 0.5, 0.25, 1, 1, 0), NO_ANSWERS, NO_PAIRS);

        assertNull(comparison.avgConfidenceDelta());
        assertNull(comparison.avgLatencyDeltaMs());
        assertNull(comparison.p95LatencyDeltaMs());
    }

    @Test
    void the_p95_delta_is_the_difference_of_the_arms_p95() {
        WindowStatistics statistics = WindowAnalysis.statistics(
                "t",
                1,
                new ResultSums(0, 0, 0, 0, NO_ANSWERS, NO_ANSWERS, 0, NO_PAIRS),
                List.of(
                        new LatencyCount(Variant.CONTROL, 10, 95),
                        new LatencyCount(Variant.CONTROL, 200, 5),
                        new LatencyCount(Variant.TREATMENT, 10, 94),
                        new LatencyCount(Variant.TREATMENT, 300, 6)),
                SeenVersions.NONE,
                NO_OUTCOMES);

        assertClose(
                LogHistogram.value(300) - LogHistogram.value(10),
                statistics.metrics().comparison().p95LatencyDeltaMs());
    }

    @Test
    void an_action_counts_for_the_arm_whose_model_was_due_to_choose_it() {
        ActionTable table = WindowAnalysis.actions(
                "t",
                24,
                Actions.USUAL,
                List.of(
                        new ActionCount("control", "HOLD", null, 10),
                        new ActionCount("treatment", null, "BUY", 5),
                        // control stood in for treatment: no action of control's arm
                        new ActionCount("treatment", "SELL", null, 3),
                        new ActionCount("shadow", "BUY", "SELL", 2),
                        new ActionCount("shadow", "BUY", "BUY", 4),
                        new ActionCount("shadow", "HOLD", null, 1),
                        new ActionCount("shadow", null, "HOLD", 1),
                        new ActionCount("control", null, null, 7)));

        assertEquals(Map.of("HOLD", 11L, "BUY", 6L, "SELL", 0L), table.control());
        assertEquals(Map.of("HOLD", 1L, "BUY", 9L, "SELL", 2L), table.treatment());
        assertEquals(
                Map.of(
                        "HOLD", Map.of("HOLD", 0L, "BUY", 0L, "SELL", 0L),
                        "BUY", Map.of("HOLD", 0L, "BUY", 4L, "SELL", 2L),
                        "SELL", Map.of("HOLD", 0L, "BUY", 0L, "SELL", 0L)),
                table.matrix());
    }

    @Test
    void the_second_model_of_a_pair_counts_in_the_matrix_and_in_no_arm() {
        ActionTable table = WindowAnalysis.actions(
                "t",
                24,
                Actions.USUAL,
                List.of(new ActionCount("control", "HOLD", "BUY", 10), new ActionCount("treatment", "SELL", "BUY", 5)));

        assertEquals(Map.of("HOLD", 10L, "BUY", 0L, "SELL", 0L), table.control());
        assertEquals(Map.of("HOLD", 0L, "BUY", 5L, "SELL", 0L), table.treatment());
        assertEquals(10, table.matrix().get("HOLD").get("BUY"));
        assertEquals(5, table.matrix().get("SELL").get("BUY"));
    }

    @Test
    void the_table_of_no_rows_is_all_zeros() {
        ActionTable table = WindowAnalysis.actions("t", 24, Actions.USUAL, List.of());

        assertEquals(Map.of("HOLD", 0L, "BUY", 0L, "SELL", 0L), table.control());
        assertEquals(table.control(), table.treatment());
        assertEquals(3, table.matrix().size());
    }

    @Test
    void a_table_has_the_actions_of_the_models_in_their_order_or_those_of_the_rows_if_they_are_others() {
        Actions known = Actions.of(List.of("STRONG_SELL", "SELL", "HOLD"));
        ActionTable three =
                WindowAnalysis.actions("t", 24, known, List.of(new ActionCount("shadow", "STRONG_SELL", "HOLD", 2)));
        ActionTable earlier =
                WindowAnalysis.actions("t", 24, known, List.of(new ActionCount("shadow", "SHORT", "BUY", 2)));

        assertEquals(
                List.of("HOLD", "SELL", "STRONG_SELL"),
                List.copyOf(three.matrix().keySet()));
        assertEquals(Map.of("HOLD", 2L, "SELL", 0L, "STRONG_SELL", 0L), three.treatment());
        assertEquals(2, three.matrix().get("STRONG_SELL").get("HOLD"));
        assertEquals(List.of("BUY", "SHORT"), List.copyOf(earlier.matrix().keySet()));
    }

    private static WindowStatistics.Comparison compare(
            ResultSums.Arm control, ResultSums.Arm treatment, ResultSums.Pairs pairs) {
        ResultSums sums = new ResultSums(0, 0, 0, 0, control, treatment, 0, pairs);
        return WindowAnalysis.statistics("t", 1, sums, List.of(), SeenVersions.NONE, NO_OUTCOMES)
                .metrics()
                .comparison();
    }

    private static void assertClose(double expected, @Nullable Double figure) {
        assertNotNull(figure);
        assertEquals(expected, figure, 1e-9);
    }
}
