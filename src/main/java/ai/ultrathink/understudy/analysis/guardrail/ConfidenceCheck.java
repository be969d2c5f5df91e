package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.DesignEffect;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Moments;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the mean confidences differ by at most the limit, in either direction: bets on means of bounded numbers, which
 * are exact at every sample size, weakened by the design effect of the answers.
 *
 * <p>In a shadow the difference is that of the pairs. A split has two views of it, one of its arms and one of its
 * pairs. Each has half of the stake of the phase, whether or not there are pairs, so either may decide first. Where units
 * have several requests, arms of few units differ by their units, and the pairs alone decide.
 *
 * @param views at least one
 */
public record ConfidenceCheck(CheckParameters parameters, List<View> views) implements GuardrailCheck {

    /**
     * One view of the difference.
     *
     * @param counted the unit of the samples, in the plural
     * @param compared the means
     * @param effect the design effect
     * @param part of the stake, and of α
     */
    record View(String counted, long samples, MeanComparison compared, DesignEffect effect, double part) {

        /** The evidence against a difference within the limit, as a part of the stake. */
        EValue against(double limit) {
            EValue above = compared.against(Hypothesis.AT_MOST, limit).tempered(effect.value());
            EValue below = compared.against(Hypothesis.AT_LEAST, -limit).tempered(effect.value());
            return AlphaSpending.weigh(EValue.mean(above, below), part);
        }

        /** Whether a difference of the limit or more, in either direction, is ruled out. */
        boolean within(double limit, double alpha) {
            return Math.abs(compared.delta().value()) < limit
                    && rejects(Hypothesis.AT_LEAST, limit, alpha)
                    && rejects(Hypothesis.AT_MOST, -limit, alpha);
        }

        private boolean rejects(Hypothesis hypothesis, double difference, double alpha) {
            return AlphaSpending.weigh(compared.against(hypothesis, difference).tempered(effect.value()), part)
                    .rejects(alpha);
        }

        /** The standard error, as far as the design effect shows it. */
        double error() {
            return compared.delta().standardError() * Math.sqrt(effect.value());
        }
    }

    public ConfidenceCheck {
        views = List.copyOf(views);
    }

    static GuardrailCheck of(CheckParameters parameters, @Nullable Phase phase) {
        if (phase == null) {
            MeanComparison none = new MeanComparison.OfArms(Moments.NONE, Moments.NONE);
            return new ConfidenceCheck(
                    parameters, List.of(new View("answers of the smaller arm", 0, none, DesignEffect.NONE, 1)));
        }
        if (!sound(phase)) {
            return new InvalidEvidence(parameters, 0, "a sum of confidences is not that of numbers from 0 to 1");
        }
        if (!RequestDependence.sound(phase)) {
            return new InvalidEvidence(parameters, 0, RequestDependence.UNSOUND);
        }
        double part = phase.share();
        if (phase.shadow()) {
            return new ConfidenceCheck(parameters, List.of(pairs(phase, part)));
        }
        return new ConfidenceCheck(
                parameters,
                phase.concurrent() && enoughUnits(phase)
                        ? List.of(arms(phase, part / 2), pairs(phase, part / 2))
                        : List.of(pairs(phase, part / 2)));
    }

    private static boolean enoughUnits(Phase phase) {
        return RequestDependence.enoughUnits(phase, Quantity.CONTROL_CONFIDENCE, phase.answers(Variant.CONTROL))
                && RequestDependence.enoughUnits(
                        phase, Quantity.TREATMENT_CONFIDENCE, phase.answers(Variant.TREATMENT));
    }

    private static View pairs(Phase phase, double part) {
        return new View(
                "pairs",
                phase.pairs(),
                new MeanComparison.OfPairs(deltas(phase)),
                RequestDependence.of(phase, Quantity.CONFIDENCE_DELTA, phase.pairs()),
                part);
    }

    private static View arms(Phase phase, double part) {
        long control = phase.answers(Variant.CONTROL);
        long treatment = phase.answers(Variant.TREATMENT);
        return new View(
                "answers of the smaller arm",
                Math.min(control, treatment),
                new MeanComparison.OfArms(phase.confidence(Variant.TREATMENT), phase.confidence(Variant.CONTROL)),
                RequestDependence.of(phase, Quantity.CONTROL_CONFIDENCE, control)
                        .or(RequestDependence.of(phase, Quantity.TREATMENT_CONFIDENCE, treatment)),
                part);
    }

    /** Whether the sums are those of numbers that confidences can be. */
    public static boolean sound(Phase phase) {
        return phase.generations().stream()
                        .allMatch(each -> EvidenceSanity.confidences(each.pairs())
                                && Math.abs(each.pairs().confidenceDeltaSum())
                                        <= each.pairs().count())
                && (phase.shadow()
                        || Stream.of(Variant.values())
                                .flatMap(variant -> Arrays.stream(phase.arms(variant)))
                                .allMatch(arm -> EvidenceSanity.confidences(arm)
                                        && arm.confidenceSum() >= 0
                                        && arm.confidenceSum() <= arm.answers()));
    }

    /** Treatment's mean minus control's, between the arms. */
    public static Estimate ofArms(Phase phase) {
        return Estimate.ofDifference(phase.confidence(Variant.TREATMENT), phase.confidence(Variant.CONTROL));
    }

    /** The same, within pairs. */
    public static Estimate ofPairs(Phase phase) {
        return Estimate.ofMean(deltas(phase));
    }

    private static Moments deltas(Phase phase) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence generation : phase.generations()) {
            var pairs = generation.pairs();
            moments = moments.plus(
                    Moments.ofSums(pairs.count(), pairs.confidenceDeltaSum(), pairs.confidenceDeltaSumOfSquares()));
        }
        return moments;
    }

    /** The most informative of the views with enough samples, otherwise the one with most samples. */
    private View leading() {
        return enough().min(Comparator.comparingDouble(View::error))
                .orElseGet(() -> views.stream()
                        .max(Comparator.comparingLong(View::samples))
                        .orElseThrow());
    }

    private Stream<View> enough() {
        return views.stream()
                .filter(view -> view.samples() >= parameters.guardrail().minimumSamples()
                        && view.compared().delta().known());
    }

    @Override
    public long samples() {
        return leading().samples();
    }

    @Override
    public String counted() {
        return leading().counted();
    }

    @Override
    public double estimate() {
        Estimate delta = leading().compared().delta();
        return delta.known() ? delta.value() : Double.NaN;
    }

    @Override
    public Interval interval() {
        View leading = leading();
        return leading.compared()
                .interval(parameters.alpha() * leading.part(), leading.effect().value());
    }

    @Override
    public EValue evidence() {
        return enough().map(view -> view.against(parameters.limit()))
                .max(Comparator.comparingDouble(EValue::log))
                .orElse(EValue.NONE);
    }

    @Override
    public boolean crossed() {
        return enough().anyMatch(view -> Math.abs(view.compared().delta().value()) > parameters.limit()
                && view.against(parameters.limit()).rejects(parameters.alpha()));
    }

    @Override
    public boolean kept() {
        return enough().anyMatch(view -> view.within(parameters.limit(), parameters.passing()));
    }

    @Override
    public boolean held() {
        return leading().effect().lasting() && !crossed() && !kept();
    }

    @Override
    public String remark() {
        return RequestDependence.remark(leading().effect());
    }
}
