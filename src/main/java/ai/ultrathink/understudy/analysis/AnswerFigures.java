package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateSequence;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the models answered: how often the same, and how sure of it. */
final class AnswerFigures {

    private static final double OPTIMAL_COUNT = 1_000;

    private AnswerFigures() {}

    static List<Figure> of(Phases phases) {
        Phase paired = phases.paired();
        Proportion agreeing = part(
                paired, each -> each.pairs().agreeing(), each -> each.pairs().count());
        Proportion noise = part(
                paired, each -> each.noise().agreeing(), each -> each.noise().pairs());
        return List.of(
                rate(
                        new FigureDraft(
                                "agreement",
                                "Agreement of the models",
                                Figure.Unit.FRACTION,
                                "Pairs of all phases, shadow or split, with the same action."),
                        agreeing),
                rate(
                        new FigureDraft(
                                "noise_agreement",
                                "Agreement of control with itself",
                                Figure.Unit.FRACTION,
                                "Shadow requests that were put to control twice, with the same action both times."),
                        noise),
                beyondNoise(agreeing, noise),
                confidence(
                        "confidence_delta_paired",
                        "Mean confidence, treatment less control, in pairs",
                        "Differences within the pairs of all phases; asymptotic, pairs taken to be independent.",
                        paired),
                confidence(
                        "confidence_delta_unpaired",
                        "Mean confidence, treatment less control, between arms",
                        "Difference of the arms' means in the split that is compared; asymptotic, requests taken to be independent.",
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
        return Soundness.part(phase.sum(part), phase.sum(whole))
                ? new Proportion(phase.sum(part), phase.sum(whole))
                : Proportion.NONE;
    }

    private static Figure rate(FigureDraft draft, Proportion seen) {
        return draft.estimate(seen.rate())
                .interval(RateSequence.JEFFREYS.interval(seen, FigureLines.ALPHA))
                .samples(seen.count())
                .done();
    }

    /** Both samples may hold the same requests, so the ends of two intervals are taken, each with half of the error. */
    private static Figure beyondNoise(Proportion agreeing, Proportion noise) {
        Interval models = RateSequence.JEFFREYS.interval(agreeing, FigureLines.ALPHA / 2);
        Interval control = RateSequence.JEFFREYS.interval(noise, FigureLines.ALPHA / 2);
        return new FigureDraft(
                        "disagreement_beyond_noise",
                        "Disagreement beyond control's with itself",
                        Figure.Unit.FRACTION,
                        "Control's agreement with itself less the models' agreement; needs a sampled noise floor.")
                .estimate(noise.rate() - agreeing.rate())
                .interval(new Interval(control.low() - models.high(), control.high() - models.low()))
                .samples(Math.min(agreeing.count(), noise.count()))
                .done();
    }

    private static Figure confidence(String name, String title, String method, @Nullable Phase phase) {
        FigureDraft draft = new FigureDraft(name, title, Figure.Unit.CONFIDENCE, method).expected(0);
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

    /** Of a difference of means of requests, against 0. */
    static Figure mean(FigureDraft draft, Estimate delta, double optimalCount) {
        return mean(draft, delta, optimalCount, FigureLines.FEWEST_REQUESTS);
    }

    /** Of a difference of means, against 0; the estimate alone where there are fewer than it takes for the limit theorem. */
    static Figure mean(FigureDraft draft, Estimate delta, double optimalCount, long fewest) {
        draft.estimate(delta.known() ? delta.value() : Double.NaN);
        if (delta.count() < fewest) {
            return draft.done();
        }
        MeanSequence sequence = new MeanSequence(FigureLines.ALPHA, optimalCount);
        return draft.interval(sequence.interval(delta))
                .pValue(sequence.pValue(Hypothesis.EQUAL, 0, delta))
                .done();
    }
}
