package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.DesignEffect;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.QuantileDifference;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The forward passes of both models in one phase, and how far their 95th percentiles are apart.
 *
 * @param counted the unit of the samples, in the plural
 * @param treatment treatment's forward passes
 * @param control control's forward passes
 * @param dependent whether both are of the same requests
 * @param known whether the order of the requests is known
 * @param effect the design effect
 * @param part of the stake, and of α
 */
public record LatencyComparison(
        String counted,
        LogHistogram treatment,
        LogHistogram control,
        boolean dependent,
        boolean known,
        DesignEffect effect,
        double part) {

    static final double QUANTILE = 0.95;

    /** Spreads the bet over quantiles about one percentage point to either side. */
    public static final QuantileDifference MIXTURE = new QuantileDifference(QUANTILE, 300);

    static LatencyComparison of(Phase phase) {
        boolean repeat = phase.concurrent() && !phase.shadow() && unitsRepeat(phase);
        // by units, either the arms or the pairs are compared: each has its part
        double part = repeat ? phase.share() / 2 : phase.share();
        boolean pairs = phase.byPairs() || (repeat && !enoughUnits(phase));
        LogHistogram treatment = histogram(phase, Variant.TREATMENT, pairs);
        LogHistogram control = histogram(phase, Variant.CONTROL, pairs);
        DesignEffect effect =
                effect(phase, Variant.TREATMENT, treatment.total()).or(effect(phase, Variant.CONTROL, control.total()));
        return new LatencyComparison(
                pairs ? "pairs" : "answers of the smaller arm",
                treatment,
                control,
                pairs || phase.shadow(),
                RequestDependence.known(phase, Quantity.TREATMENT_LATENCY),
                effect,
                part);
    }

    private static LogHistogram histogram(Phase phase, Variant variant, boolean pairs) {
        return pairs ? phase.pairedLatencies(variant) : phase.latencies(variant);
    }

    /** The effect on so many of an arm's answers: a sample of them is less crowded than all. */
    private static DesignEffect effect(Phase phase, Variant variant, long count) {
        long answers = phase.answers(variant);
        DesignEffect effect = RequestDependence.of(phase, quantity(variant), answers);
        return effect.dependent() && count < answers ? effect.ofSample((double) count / answers) : effect;
    }

    private static boolean unitsRepeat(Phase phase) {
        return Stream.of(Variant.values()).anyMatch(variant -> RequestDependence.unitsRepeat(phase, quantity(variant)));
    }

    private static boolean enoughUnits(Phase phase) {
        return Stream.of(Variant.values())
                .allMatch(variant -> RequestDependence.enoughUnits(phase, quantity(variant), phase.answers(variant)));
    }

    private static Quantity quantity(Variant variant) {
        return variant == Variant.CONTROL ? Quantity.CONTROL_LATENCY : Quantity.TREATMENT_LATENCY;
    }

    double estimate() {
        return treatment.quantile(QUANTILE) - control.quantile(QUANTILE);
    }

    EValue against(Hypothesis hypothesis, double limit, double designEffect) {
        EValue product = MIXTURE.eValue(hypothesis, limit, treatment, control);
        return AlphaSpending.weigh((dependent ? new EValue(product.log() / 2) : product).tempered(designEffect), part);
    }

    /** The share of treatment's answers that take longer than control's percentile and the limit. */
    double beyond(double limit) {
        double most = control.quantile(QUANTILE) + limit;
        long slower = treatment.counts().entrySet().stream()
                .filter(bucket -> LogHistogram.value(bucket.getKey()) > most)
                .mapToLong(Map.Entry::getValue)
                .sum();
        return (double) slower / treatment.total();
    }

    Interval interval(double alpha) {
        return interval(dependent, treatment, control, alpha * part, effect.value());
    }

    /** Confidence interval of the difference at α, also where the arms are pairs. */
    public static Interval interval(Phase phase, LogHistogram treatment, LogHistogram control, double alpha) {
        return interval(phase.dependent(), treatment, control, alpha, 1);
    }

    private static Interval interval(
            boolean dependent, LogHistogram treatment, LogHistogram control, double alpha, double designEffect) {
        // the root of the product reaches 2 / α where the product reaches 4 / α²
        return MIXTURE.interval(treatment, control, dependent ? alpha * alpha / 2 : alpha, designEffect);
    }
}
