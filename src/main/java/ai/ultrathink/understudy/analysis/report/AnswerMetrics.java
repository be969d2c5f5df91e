package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.ConfidenceCheck;
import ai.ultrathink.understudy.analysis.guardrail.EvidenceSanity;
import ai.ultrathink.understudy.analysis.guardrail.Phase;
import ai.ultrathink.understudy.analysis.guardrail.Phases;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateSequence;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Metrics of the answers: agreement and confidence. */
final class AnswerMetrics {

    private static final double OPTIMAL_COUNT = 1_000;

    private AnswerMetrics() {}

    static List<ReportMetric> of(Phases phases) {
        Phase paired = phases.paired();
        Proportion agreeing = part(
                paired, each -> each.pairs().agreeing(), each -> each.pairs().count());
        Proportion noise = part(
                paired, each -> each.noise().agreeing(), each -> each.noise().pairs());
        return List.of(
                rate(
                        new ReportMetricBuilder(
                                "agreement",
                                "Agreement of the models",
                                ReportMetric.Unit.FRACTION,
                                "Pairs of all phases, shadow or split, with the same action."),
                        agreeing),
                rate(
                        new ReportMetricBuilder(
                                "noise_agreement",
                                "Agreement of control with itself",
                                ReportMetric.Unit.FRACTION,
                                "Shadow requests for which control was asked twice and chose the same action both times."),
                        noise),
                beyondNoise(agreeing, noise),
                confidence(
                        "confidence_delta_paired",
                        "Mean confidence, treatment minus control, in pairs",
                        "Differences within the pairs of all phases; asymptotic, assumes independent pairs.",
                        paired),
                confidence(
                        "confidence_delta_unpaired",
                        "Mean confidence, treatment minus control, between arms",
                        "Difference of the arms' means in the split that is compared; asymptotic, assumes independent requests.",
                        split(phases.compared())));
    }

    private static @Nullable Phase split(@Nullable Phase phase) {
        return phase == null || phase.dependent() ? null : phase;
    }

    private static Proportion part(
            @Nullable Phase phase, ToLongFunction<GenerationEvidence> part, ToLongFunction<GenerationEvidence> whole) {
        if (phase == null) {
            return Proportion.NONE;
        }
        return EvidenceSanity.part(phase.sum(part), phase.sum(whole))
                ? new Proportion(phase.sum(part), phase.sum(whole))
                : Proportion.NONE;
    }

    private static ReportMetric rate(ReportMetricBuilder draft, Proportion seen) {
        return draft.estimate(seen.rate())
                .interval(RateSequence.JEFFREYS.interval(seen, ReportMetrics.ALPHA))
                .samples(seen.count())
                .done();
    }

    /**
     * The two samples may contain the same requests, so the ends of two intervals are combined, each with half of the
     * error.
     */
    private static ReportMetric beyondNoise(Proportion agreeing, Proportion noise) {
        Interval models = RateSequence.JEFFREYS.interval(agreeing, ReportMetrics.ALPHA / 2);
        Interval control = RateSequence.JEFFREYS.interval(noise, ReportMetrics.ALPHA / 2);
        return new ReportMetricBuilder(
                        "disagreement_beyond_noise",
                        "Disagreement beyond control's own noise",
                        ReportMetric.Unit.FRACTION,
                        "Control's agreement with itself minus the models' agreement; needs a sampled noise floor.")
                .estimate(noise.rate() - agreeing.rate())
                .interval(new Interval(control.low() - models.high(), control.high() - models.low()))
                .samples(Math.min(agreeing.count(), noise.count()))
                .done();
    }

    private static ReportMetric confidence(String name, String title, String method, @Nullable Phase phase) {
        ReportMetricBuilder draft =
                new ReportMetricBuilder(name, title, ReportMetric.Unit.CONFIDENCE, method).expected(0);
        if (phase == null || !ConfidenceCheck.sound(phase)) {
            return draft.done();
        }
        if (phase.shadow()) {
            draft.samples(phase.pairs());
        } else {
            draft.samples(phase.answers(Variant.CONTROL), phase.answers(Variant.TREATMENT));
        }
        return mean(
                draft, phase.shadow() ? ConfidenceCheck.ofPairs(phase) : ConfidenceCheck.ofArms(phase), OPTIMAL_COUNT);
    }

    /** Completes a difference of means of requests, tested against 0. */
    static ReportMetric mean(ReportMetricBuilder draft, Estimate delta, double optimalCount) {
        return mean(draft, delta, optimalCount, ReportMetrics.FEWEST_REQUESTS);
    }

    /**
     * Completes a difference of means, tested against 0; the estimate alone with too few samples for an asymptotic
     * interval.
     */
    static ReportMetric mean(ReportMetricBuilder draft, Estimate delta, double optimalCount, long fewest) {
        draft.estimate(delta.known() ? delta.value() : Double.NaN);
        if (delta.count() < fewest) {
            return draft.done();
        }
        MeanSequence sequence = new MeanSequence(ReportMetrics.ALPHA, optimalCount);
        return draft.interval(sequence.interval(delta))
                .pValue(sequence.pValue(Hypothesis.EQUAL, 0, delta))
                .done();
    }
}
