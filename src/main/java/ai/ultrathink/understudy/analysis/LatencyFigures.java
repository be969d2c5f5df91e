package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.Moments;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How long the forward passes took, of the phase that is compared. */
final class LatencyFigures {

    /** Fewer minutes than these are too few for an asymptotic interval. */
    private static final long FEWEST_MINUTES = 10;

    private static final double OPTIMAL_MINUTES = 120;
    private static final double OPTIMAL_REQUESTS = 1_000;

    private LatencyFigures() {}

    static List<Figure> of(@Nullable Phase phase) {
        return List.of(byMinute(phase), byRequest(phase), p95(phase));
    }

    private static Figure byMinute(@Nullable Phase phase) {
        FigureDraft draft = new FigureDraft(
                        "latency_delta_ms_by_minute",
                        "Mean latency, treatment less control, by minutes",
                        Figure.Unit.MILLISECONDS,
                        "Difference of the means of each arm's minutes; minutes are taken to be independent, requests within one need not"
                                + " be. Asymptotic, from " + FEWEST_MINUTES + " minutes on.")
                .expected(0);
        if (phase == null || !sound(phase)) {
            return draft.done();
        }
        Moments control = minutes(phase, Variant.CONTROL);
        Moments treatment = minutes(phase, Variant.TREATMENT);
        draft.samples(control.count(), treatment.count());
        return Math.min(control.count(), treatment.count()) < FEWEST_MINUTES
                ? draft.estimate(treatment.mean() - control.mean()).done()
                : AnswerFigures.mean(draft, Estimate.ofDifference(treatment, control), OPTIMAL_MINUTES, FEWEST_MINUTES);
    }

    private static Figure byRequest(@Nullable Phase phase) {
        FigureDraft draft = new FigureDraft(
                        "latency_delta_ms_by_request",
                        "Mean latency, treatment less control, by requests",
                        Figure.Unit.MILLISECONDS,
                        "Differences within pairs in a shadow and where all requests are one arm's, else of the arms' means; asymptotic, requests taken to be"
                                + " independent, which those of one busy second are not.")
                .expected(0);
        if (phase == null || !sound(phase)) {
            return draft.done();
        }
        if (phase.dependent()) {
            Moments pairs = pairs(phase);
            return AnswerFigures.mean(draft.samples(pairs.count()), Estimate.ofMean(pairs), OPTIMAL_REQUESTS);
        }
        Moments control = requests(phase, Variant.CONTROL);
        Moments treatment = requests(phase, Variant.TREATMENT);
        return AnswerFigures.mean(
                draft.samples(control.count(), treatment.count()),
                Estimate.ofDifference(treatment, control),
                OPTIMAL_REQUESTS);
    }

    private static Figure p95(@Nullable Phase phase) {
        FigureDraft draft = new FigureDraft(
                        "p95_latency_delta_ms",
                        "P95 latency, treatment less control",
                        Figure.Unit.MILLISECONDS,
                        "Difference of the 95th percentiles of the forward passes, from buckets 2% wide; holds for every distribution,"
                                + " requests taken to be independent.")
                .expected(0);
        if (phase == null || !Soundness.buckets(phase)) {
            return draft.done();
        }
        LogHistogram control = phase.latencies(Variant.CONTROL);
        LogHistogram treatment = phase.latencies(Variant.TREATMENT);
        EValue product = LatencyCheck.MIXTURE.eValue(Hypothesis.EQUAL, 0, treatment, control);
        return draft.estimate(treatment.quantile(0.95) - control.quantile(0.95))
                .interval(LatencyCheck.interval(phase, treatment, control, FigureLines.ALPHA))
                .evidence(phase.dependent() ? new EValue(product.log() / 2) : product)
                .samples(control.total(), treatment.total())
                .done();
    }

    private static boolean sound(Phase phase) {
        return phase.generations().stream().allMatch(each -> Soundness.latencies(each.pairs()))
                && Stream.of(Variant.values())
                        .flatMap(variant -> Arrays.stream(phase.arms(variant)))
                        .allMatch(arm -> Soundness.latencies(arm) && Soundness.batches(arm.latencyBatches()));
    }

    private static Moments minutes(Phase phase, Variant variant) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence.Arm arm : phase.arms(variant)) {
            GenerationEvidence.Batches batches = arm.latencyBatches();
            moments = moments.plus(Moments.ofSums(batches.count(), batches.sum(), batches.sumOfSquares()));
        }
        return moments;
    }

    private static Moments requests(Phase phase, Variant variant) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence.Arm arm : phase.arms(variant)) {
            moments = moments.plus(Moments.ofSums(arm.answers(), arm.latencySum(), arm.latencySumOfSquares()));
        }
        return moments;
    }

    private static Moments pairs(Phase phase) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence generation : phase.generations()) {
            var pairs = generation.pairs();
            moments = moments.plus(
                    Moments.ofSums(pairs.count(), pairs.latencyDeltaSum(), pairs.latencyDeltaSumOfSquares()));
        }
        return moments;
    }
}
