package ai.ultrathink.understudy.evidence;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one generation of a test has shown, as sufficient statistics over its whole life: of requests as they were assigned, of
 * the rows that were stored, and of the two arms. A generation is all shadow or all split. One that had several versions of its
 * models is there once for each pair of them.
 *
 * @param generation the test's configuration
 * @param configuredSplit treatment's fraction while it held, or null for a shadow
 * @param assigned requests as the replicas drew them, before anything could get lost
 * @param stored rows
 * @param units units seen for the first time in this test, by what they drew; none in a shadow
 * @param failures requests that a model failed
 * @param control control's own answers: of rows assigned to control, and of shadow rows
 * @param treatment treatment's own answers: of rows assigned to treatment, and of shadow rows
 * @param pairs rows that both models answered: of a shadow, and of a split those that were drawn for it
 * @param noise shadow requests that were put to control twice
 * @param latencies forward passes of both arms
 * @param asked requests that count in a way of their own
 * @param versions of the two models
 * @param pairedLatencies in a split: forward passes of both models in the rows that both answered; an arm's own are among
 *     {@code latencies} as well
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
        List<LatencyCount> latencies,
        Asked asked,
        Versions versions,
        List<LatencyCount> pairedLatencies) {

    /** What earlier releases did not count, and so not keep with their decisions either, may be absent. */
    public GenerationEvidence {
        latencies = List.copyOf(latencies);
        asked = Objects.requireNonNullElse(asked, Asked.NONE);
        versions = Objects.requireNonNullElse(versions, Versions.UNKNOWN);
        pairedLatencies = List.copyOf(Objects.requireNonNullElse(pairedLatencies, List.of()));
    }

    /** Of models whose versions are not known, without pairs in a split. */
    public GenerationEvidence(
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
        this(
                generation,
                configuredSplit,
                assigned,
                stored,
                units,
                failures,
                control,
                treatment,
                pairs,
                noise,
                latencies,
                Asked.NONE,
                Versions.UNKNOWN,
                List.of());
    }

    /** The same evidence, taken to be of these versions. */
    public GenerationEvidence of(Versions others) {
        return new GenerationEvidence(
                generation,
                configuredSplit,
                assigned,
                stored,
                units,
                failures,
                control,
                treatment,
                pairs,
                noise,
                latencies,
                asked,
                others,
                pairedLatencies);
    }

    /** Nothing yet, but the versions that the test is to have now. */
    public static GenerationEvidence begun(long generation, @Nullable Double configuredSplit, Versions versions) {
        Arm none = new Arm(0, 0, 0, 0, 0, new Batches(0, 0, 0));
        return new GenerationEvidence(
                generation,
                configuredSplit,
                new Groups(0, 0, 0),
                new Groups(0, 0, 0),
                new Units(0, 0),
                new Failures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                none,
                none,
                new ResultSums.Pairs(0, 0, 0, 0, 0, 0),
                new Noise(0, 0),
                List.of(),
                Asked.NONE,
                versions,
                List.of());
    }

    /** Whether nothing was seen: it only says which versions the test is to have. */
    public boolean empty() {
        return equals(begun(generation, configuredSplit, versions));
    }

    /** Whether all of its requests that treatment might have had were kept from it by the service itself. */
    public boolean idle() {
        long meant = stored.treatment() + stored.shadow();
        return meant > 0 && asked.withheld() == meant;
    }

    /**
     * Requests that count in a way of their own.
     *
     * @param paired in a split: requests that both models were asked
     * @param withheld treatment's requests that the service itself kept from it, because the test was disabled or the replica cut
     *     off from the database; there is nothing in them that treatment could answer for
     */
    public record Asked(long paired, long withheld) {
        public static final Asked NONE = new Asked(0, 0);
    }

    /**
     * Versions of the two models. What was seen before digests were recorded has none.
     *
     * @param controlDigest 12 hexadecimal digits; empty where it is not known
     * @param treatmentDigest likewise
     * @param control {@code name@version#digest}, or null where it is not known
     * @param treatment likewise
     */
    public record Versions(
            String controlDigest,
            String treatmentDigest,
            @Nullable String control,
            @Nullable String treatment) {
        public static final Versions UNKNOWN = new Versions("", "", null, null);
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
     * @param controlOnly in a shadow, and in pairs of a split: requests that control failed and treatment did not
     * @param treatmentOnly likewise: requests that treatment failed and control did not
     * @param both likewise: requests that both failed
     * @param errors of treatment, in either mode: it threw or answered nonsense
     * @param timeouts of treatment, in either mode
     * @param rejections of treatment in a split: its queue was full
     * @param guardOpen treatment's requests, in either mode, that its guard held back
     * @param shed shadows and second models of pairs that were not run for want of capacity
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
