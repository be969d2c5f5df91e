package ai.ultrathink.understudy.evidence;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sufficient statistics of one generation of an experiment over its whole life: of requests as they were assigned, of
 * stored rows, and of the two arms. A generation is entirely shadow or entirely split. A generation with several model
 * versions has one record for each pair of versions.
 *
 * @param generation the configuration of the experiment
 * @param configuredSplit treatment's fraction during the generation, or null for a shadow
 * @param assigned requests as the replicas assigned them, before any could be lost
 * @param stored rows
 * @param units units that appeared in this experiment for the first time, by variant; none in a shadow
 * @param failures requests that a model failed
 * @param control control's own answers: of rows assigned to control, and of shadow rows
 * @param treatment treatment's own answers: of rows assigned to treatment, and of shadow rows
 * @param pairs rows that both models answered: all of a shadow, and the sampled pairs of a split
 * @param noise shadow requests for which control was asked twice
 * @param latencies forward passes of both arms
 * @param asked requests that are counted separately
 * @param versions the versions of the two models
 * @param pairedLatencies in a split: forward passes of both models in the rows that both answered; an arm's own passes
 *     are also in {@code latencies}
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
        List<LatencyCount> pairedLatencies,
        List<Block> blocks,
        List<Clustering> clusterings) {

    /** Counts that earlier releases did not store with their decisions may be absent. */
    public GenerationEvidence {
        latencies = List.copyOf(latencies);
        asked = Objects.requireNonNullElse(asked, Asked.NONE);
        versions = Objects.requireNonNullElse(versions, Versions.UNKNOWN);
        pairedLatencies = List.copyOf(Objects.requireNonNullElse(pairedLatencies, List.of()));
        blocks = List.copyOf(Objects.requireNonNullElse(blocks, List.of()));
        clusterings = List.copyOf(Objects.requireNonNullElse(clusterings, List.of()));
    }

    /** Evidence of models with unknown versions, without pairs in a split. */
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
                List.of(),
                List.of(),
                List.of());
    }

    /** The same evidence, attributed to these versions. */
    public GenerationEvidence of(Versions others) {
        return with(others, latencies, pairedLatencies, clusterings);
    }

    /** The same evidence with other histograms. */
    public GenerationEvidence withLatencies(List<LatencyCount> others, List<LatencyCount> ofPairs) {
        return with(versions, others, ofPairs, clusterings);
    }

    /** The same evidence, with more of how its requests depend on each other. */
    public GenerationEvidence withClusterings(List<Clustering> more) {
        return with(
                versions,
                latencies,
                pairedLatencies,
                Stream.concat(clusterings.stream(), more.stream()).toList());
    }

    private GenerationEvidence with(
            Versions otherVersions,
            List<LatencyCount> ofArms,
            List<LatencyCount> ofPairs,
            List<Clustering> otherClusterings) {
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
                ofArms,
                asked,
                otherVersions,
                ofPairs,
                blocks,
                otherClusterings);
    }

    /** Empty evidence of the versions that the experiment has now. */
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
                List.of(),
                List.of(),
                List.of());
    }

    /** Whether there are no observations, only the versions that the experiment has now. */
    public boolean empty() {
        return equals(begun(generation, configuredSplit, versions));
    }

    /** Whether the service itself withheld all of treatment's requests. */
    public boolean idle() {
        long meant = stored.treatment() + stored.shadow();
        return meant > 0 && asked.withheld() == meant;
    }

    /**
     * Requests that are counted separately.
     *
     * @param paired in a split: requests for which both models were asked
     * @param withheld treatment's requests that the service itself withheld, because the experiment was disabled or the
     *     replica's catalog lease had run out; they say nothing about the treatment
     * @param control requests of control's arm that count for or against its model; null in decisions of earlier releases
     * @param treatment likewise, of treatment's arm
     */
    public record Asked(
            long paired,
            long withheld,
            @Nullable Long control,
            @Nullable Long treatment) {
        public static final Asked NONE = new Asked(0, 0, null, null);
    }

    /**
     * Versions of the two models. Rows stored before digests were recorded have none.
     *
     * @param controlDigest 12 hexadecimal digits; empty if unknown
     * @param treatmentDigest likewise
     * @param control {@code name@version#digest}, or null if unknown
     * @param treatment likewise
     */
    public record Versions(
            String controlDigest,
            String treatmentDigest,
            @Nullable String control,
            @Nullable String treatment) {
        public static final Versions UNKNOWN = new Versions("", "", null, null);
    }

    /** Requests or rows by assigned group. */
    public record Groups(long control, long treatment, long shadow) {}

    /** Units by variant. */
    public record Units(long control, long treatment) {}

    /**
     * Failed requests. A model fails if it gives an error or an invalid answer, or none in time; control also if its answer
     * comes after treatment's deadline. A request for which a model was not run, for lack of capacity or because the service
     * withheld it, is counted apart and is no failure.
     *
     * @param control control's requests that failed; in decisions of earlier releases 0 for a shadow
     * @param treatment treatment's requests that failed, likewise
     * @param controlOnly in a shadow, and in pairs of a split: requests that control failed and treatment did not
     * @param treatmentOnly likewise: requests that treatment failed and control did not
     * @param both likewise: requests that both failed
     * @param errors treatment's errors and invalid outputs, in either mode
     * @param timeouts treatment's timeouts, in either mode
     * @param rejections treatment's requests in a split that lacked capacity: its queue was full, or they waited until the deadline
     * @param guardOpen treatment's requests, in either mode, that its guard withheld
     * @param shed shadow requests and second models of pairs that were not run for lack of capacity
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
     * Answers of an arm's own model.
     *
     * @param answers the number of answers
     * @param latencyBatches means of the forward passes in milliseconds, one for each minute
     */
    public record Arm(
            long answers,
            double confidenceSum,
            double confidenceSumOfSquares,
            double latencySum,
            double latencySumOfSquares,
            Batches latencyBatches) {}

    /**
     * Statistics of batch means.
     *
     * @param count batches
     * @param sum of their means
     * @param sumOfSquares of their means
     */
    public record Batches(long count, double sum, double sumOfSquares) {}

    /**
     * Comparison of control with itself.
     *
     * @param pairs requests that control answered twice
     * @param agreeing pairs with the same action both times
     */
    public record Noise(long pairs, long agreeing) {}
}
