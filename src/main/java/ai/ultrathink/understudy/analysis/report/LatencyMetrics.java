package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvidenceSanity;
import ai.ultrathink.understudy.analysis.guardrail.LatencyComparison;
import ai.ultrathink.understudy.analysis.guardrail.Phase;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.Moments;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Latencies of forward passes in the phase that is compared. */
final class LatencyMetrics {

    /** Minimum number of minutes for an asymptotic interval. */
    private static final long FEWEST_MINUTES = 10;

    private static final double OPTIMAL_MINUTES = 120;
    private static final double OPTIMAL_REQUESTS = 1_000;

    private LatencyMetrics() {}

    static List<ReportMetric> of(@Nullable Phase phase) {
        return List.of(byMinute(phase), byRequest(phase), p95(phase));
    }

    private static ReportMetric byMinute(@Nullable Phase phase) {
        ReportMetricBuilder draft = new ReportMetricBuilder(
                        "latency_delta_ms_by_minute",
                        "Mean latency, treatment minus control, by minute",
                        ReportMetric.Unit.MILLISECONDS,
                        "Difference of the means of each arm's minutes; assumes that minutes are independent, but not the requests"
                                + " within a minute. Asymptotic, from " + FEWEST_MINUTES + " minutes on.")
                .expected(0);
        if (phase == null || !sound(phase)) {
            return draft.done();
        }
        Moments control = minutes(phase, Variant.CONTROL);
        Moments treatment = minutes(phase, Variant.TREATMENT);
        draft.samples(control.count(), treatment.count());
        return Math.min(control.count(), treatment.count()) < FEWEST_MINUTES
                ? draft.estimate(treatment.mean() - control.mean()).done()
                : AnswerMetrics.mean(draft, Estimate.ofDifference(treatment, control), OPTIMAL_MINUTES, FEWEST_MINUTES);
    }

    private static ReportMetric byRequest(@Nullable Phase phase) {
        ReportMetricBuilder draft = new ReportMetricBuilder(
                        "latency_delta_ms_by_request",
                        "Mean latency, treatment minus control, by request",
                        ReportMetric.Unit.MILLISECONDS,
                        "Differences within pairs in a shadow and where one arm has all requests, otherwise of the arms' means; asymptotic, assumes"
                                + " independent requests, which those of one busy second are not.")
                .expected(0);
        if (phase == null || !sound(phase)) {
            return draft.done();
        }
        if (phase.dependent()) {
            Moments pairs = pairs(phase);
            return AnswerMetrics.mean(draft.samples(pairs.count()), Estimate.ofMean(pairs), OPTIMAL_REQUESTS);
        }
        Moments control = requests(phase, Variant.CONTROL);
        Moments treatment = requests(phase, Variant.TREATMENT);
        return AnswerMetrics.mean(
                draft.samples(control.count(), treatment.count()),
                Estimate.ofDifference(treatment, control),
                OPTIMAL_REQUESTS);
    }

    private static ReportMetric p95(@Nullable Phase phase) {
        ReportMetricBuilder draft = new ReportMetricBuilder(
                        "p95_latency_delta_ms",
                        "P95 latency, treatment minus control",
                        ReportMetric.Unit.MILLISECONDS,
                        "Difference of the 95th percentiles of the forward passes, from buckets 2% wide; valid for every distribution,"
                                + " assumes independent requests.")
                .expected(0);
        if (phase == null || !EvidenceSanity.buckets(phase)) {
            return draft.done();
        }
        LogHistogram control = phase.latencies(Variant.CONTROL);
        LogHistogram treatment = phase.latencies(Variant.TREATMENT);
        EValue product = LatencyComparison.MIXTURE.eValue(Hypothesis.EQUAL, 0, treatment, control);
        return draft.estimate(treatment.quantile(0.95) - control.quantile(0.95))
                .interval(LatencyComparison.interval(phase, treatment, control, ReportMetrics.ALPHA))
                .evidence(phase.dependent() ? new EValue(product.log() / 2) : product)
                .samples(control.total(), treatment.total())
                .done();
    }

    private static boolean sound(Phase phase) {
        return phase.generations().stream().allMatch(each -> EvidenceSanity.latencies(each.pairs()))
                && Stream.of(Variant.values())
                        .flatMap(variant -> Arrays.stream(phase.arms(variant)))
                        .allMatch(arm -> EvidenceSanity.latencies(arm) && EvidenceSanity.batches(arm.latencyBatches()));
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
