package ai.ultrathink.understudy.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one generation of a test has shown, as sufficient statistics over its whole life: of requests as they were assigned, of
 * the rows that were stored, and of the two arms. A generation is all shadow or all split.
 *
 * @param generation the test's configuration
 * @param configuredSplit treatment's fraction while it held, or null for a shadow
 * @param assigned requests as the replicas drew them, before anything could get lost
 * @param stored rows
 * @param units units seen for the first time in this test, by what they drew; none in a shadow
 * @param failures requests that a model failed
 * @param control control's own answers: of rows assigned to control, and of shadow rows
 * @param treatment treatment's own answers: of rows assigned to treatment, and of shadow rows
 * @param pairs shadow rows that both models answered
 * @param noise shadow requests that were put to control twice
 * @param latencies forward passes of both arms
 */
public record GenerationEvidence(
        long generation,
        @Nullable Double configuredSplit,
        Groups assigned,
        Groups stored,
        Units units,
        Failures failures,
        Arm control,
        Arm treatment,
        ResultSums.Pairs pairs,
        Noise noise,
        List<LatencyCount> latencies) {

    public GenerationEvidence {
        latencies = List.copyOf(latencies);
    }

    /** Requests or rows by the group they were assigned to. */
    public record Groups(long control, long treatment, long shadow) {}

    /** Units by the variant they drew. */
    public record Units(long control, long treatment) {}

    /**
     * In a split a request fails for control when nobody answers it, and for treatment when control has to answer because
     * treatment erred, was late, was refused or was held back by its guard. In a shadow a model fails when it errs or is late; one
     * that was not run for want of capacity is shed, not failed.
     *
     * @param control in a split: control's requests that failed
     * @param treatment in a split: treatment's requests that failed
     * @param controlOnly in a shadow: requests that control failed and treatment did not
     * @param treatmentOnly in a shadow: requests that treatment failed and control did not
     * @param both in a shadow: requests that both failed
     * @param errors of treatment, in either mode: it threw or answered nonsense
     * @param timeouts of treatment, in either mode
     * @param rejections of treatment in a split: its queue was full
     * @param guardOpen treatment's requests, in either mode, that its guard held back
     * @param shed shadows that were not run for want of capacity
     */
    public record Failures(
            long control,
            long treatment,
            long controlOnly,
            long treatmentOnly,
            long both,
            long errors,
            long timeouts,
            long rejections,
            long guardOpen,
            long shed) {}

    /**
     * An arm's own answers.
     *
     * @param answers how many
     * @param latencyBatches means of its forward passes in milliseconds, one for each minute
     */
    public record Arm(
            long answers,
            double confidenceSum,
            double confidenceSumOfSquares,
            double latencySum,
            double latencySumOfSquares,
            Batches latencyBatches) {}

    /**
     * Means of batches, as values of their own.
     *
     * @param count batches
     * @param sum of their means
     * @param sumOfSquares of their means
     */
    public record Batches(long count, double sum, double sumOfSquares) {}

    /**
     * Control against itself.
     *
     * @param pairs requests that it answered twice
     * @param agreeing of them, how many with the same action both times
     */
    public record Noise(long pairs, long agreeing) {}
}
