package ai.ultrathink.understudy.evidence;

/**
 * Sufficient statistics of an experiment's rows in a window of time, as {@code ab_test_stats} returns them.
 *
 * @param totalSamples rows
 * @param controlCount rows assigned to control
 * @param treatmentCount rows assigned to treatment
 * @param shadowCount shadow rows
 * @param control control's arm: rows assigned to control, and shadow rows
 * @param treatment treatment's arm: rows assigned to treatment, and shadow rows
 * @param fallbackCount rows of treatment's arm that control answered instead
 * @param pairs rows that both models answered
 */
public record ResultSums(
        long totalSamples,
        long controlCount,
        long treatmentCount,
        long shadowCount,
        Arm control,
        Arm treatment,
        long fallbackCount,
        Pairs pairs) {

    /**
     * Sums over the answers of an arm's own model.
     *
     * @param answers the number of answers
     * @param errorCount rows of the arm whose model did not answer
     */
    public record Arm(
            long answers,
            double confidenceSum,
            double confidenceSumOfSquares,
            double latencySum,
            double latencySumOfSquares,
            long errorCount) {}

    /**
     * Sums over rows that both models answered; a delta is treatment minus control.
     *
     * @param count the number of pairs
     * @param agreeing pairs with the same action
     */
    public record Pairs(
            long count,
            long agreeing,
            double confidenceDeltaSum,
            double confidenceDeltaSumOfSquares,
            double latencyDeltaSum,
            double latencyDeltaSumOfSquares) {}
}
