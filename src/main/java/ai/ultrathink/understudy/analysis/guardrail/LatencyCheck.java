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
import org.jspecify.annotations.Nullable;

/**
 * Checks that treatment's 95th percentile exceeds control's by at most the limit, in the phase that is compared.
 *
 * <p>The mixture multiplies the arms' e-values, which requires independent arms. In a shadow they depend on each other:
 * both answer the same requests on the same machine. There the geometric mean replaces the product. It is an e-value
 * under any dependence (by the Cauchy–Schwarz inequality) and needs about twice the samples.
 *
 * <p>Evidence is weakened by the design effect of the logarithms of latencies, which stands for that of exceeding a
 * percentile. Where units have several requests, arms of few units differ by their units, and the pairs are compared.
 *
 * <p>Nothing is decided from the first {@link #SPELL} answers, unless the treatment is slower by {@link #FAR} times the limit: a slow
 * spell at the beginning looks like a slow model.
 *
 * <p>Once one arm has all requests the pairs are compared, in the same way. They are few, and showing again that the
 * limit is kept may take very long. So the check also passes if it passed while both arms ran, and a sufficient number
 * of pairs since then is within the limit.
 *
 * @param compared the histograms of both models, or null before there are any
 * @param shownBefore whether the limit was shown to be kept while both arms ran, and only pairs are compared now
 */
public record LatencyCheck(
        CheckParameters parameters, @Nullable Compared compared, boolean shownBefore) implements GuardrailCheck {

    private static final double QUANTILE = 0.95;

    /** Spreads the bet over quantiles about one percentage point to either side. */
    public static final QuantileDifference MIXTURE = new QuantileDifference(QUANTILE, 300);

    /** Answers of an arm from which anything is decided: few slow spells at the beginning last this long. */
    static final long SPELL = 1_500;

    /** Multiple of the limit that no slow spell explains: so slow a model is found before {@link #SPELL}. */
    private static final double FAR = 20;

    /**
     * Share of treatment's answers beyond the limit below which the limit passes with the dependence that was measured: a twentieth of
     * what is allowed. Latencies of a moment always depend on each other, for as long as the load does. To wait until longer times
     * can be compared matters where slow spells could bring the rest.
     */
    private static final double FAR_WITHIN = 0.0025;

    /**
     * What is compared.
     *
     * @param counted the unit of the samples, in the plural
     * @param treatment treatment's forward passes
     * @param control control's forward passes
     * @param dependent whether both are of the same requests
     * @param known whether the order of the requests is known
     * @param effect the design effect
     * @param part of the stake, and of α
     */
    record Compared(
            String counted,
            LogHistogram treatment,
            LogHistogram control,
            boolean dependent,
            boolean known,
            DesignEffect effect,
            double part) {

        static Compared of(Phase phase) {
            boolean repeat = phase.concurrent() && !phase.shadow() && unitsRepeat(phase);
            // by units, either the arms or the pairs are compared: each has its part
            double part = repeat ? phase.share() / 2 : phase.share();
            boolean pairs = phase.byPairs() || (repeat && !enoughUnits(phase));
            LogHistogram treatment = histogram(phase, Variant.TREATMENT, pairs);
            LogHistogram control = histogram(phase, Variant.CONTROL, pairs);
            DesignEffect effect = effect(phase, Variant.TREATMENT, treatment.total())
                    .or(effect(phase, Variant.CONTROL, control.total()));
            return new Compared(
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
            return Stream.of(Variant.values())
                    .anyMatch(variant -> RequestDependence.unitsRepeat(phase, quantity(variant)));
        }

        private static boolean enoughUnits(Phase phase) {
            return Stream.of(Variant.values())
                    .allMatch(
                            variant -> RequestDependence.enoughUnits(phase, quantity(variant), phase.answers(variant)));
        }

        private static Quantity quantity(Variant variant) {
            return variant == Variant.CONTROL ? Quantity.CONTROL_LATENCY : Quantity.TREATMENT_LATENCY;
        }

        double estimate() {
            return treatment.quantile(QUANTILE) - control.quantile(QUANTILE);
        }

        EValue against(Hypothesis hypothesis, double limit, double designEffect) {
            EValue product = MIXTURE.eValue(hypothesis, limit, treatment, control);
            return AlphaSpending.weigh(
                    (dependent ? new EValue(product.log() / 2) : product).tempered(designEffect), part);
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
            return LatencyCheck.interval(dependent, treatment, control, alpha * part, effect.value());
        }
    }

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        Phase phase = phases.compared();
        if (phase == null) {
            return new LatencyCheck(parameters, null, false);
        }
        Phase before = phase.byPairs() ? phases.concurrent() : null;
        if (!EvidenceSanity.buckets(phase) || (before != null && !EvidenceSanity.buckets(before))) {
            return new InvalidEvidence(parameters, 0, "a latency histogram has an invalid count or bucket");
        }
        if (!RequestDependence.sound(phase) || (before != null && !RequestDependence.sound(before))) {
            return new InvalidEvidence(parameters, 0, RequestDependence.UNSOUND);
        }
        return new LatencyCheck(
                parameters,
                Compared.of(phase),
                before != null && new LatencyCheck(parameters, Compared.of(before), false).kept());
    }

    @Override
    public long samples() {
        return compared == null
                ? 0
                : Math.min(compared.treatment().total(), compared.control().total());
    }

    @Override
    public String counted() {
        return compared == null ? "answers of the smaller arm" : compared.counted();
    }

    @Override
    public double estimate() {
        return compared == null ? Double.NaN : compared.estimate();
    }

    @Override
    public Interval interval() {
        return compared == null ? Interval.UNKNOWN : compared.interval(parameters.alpha());
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

    @Override
    public @Nullable EValue evidence() {
        return compared == null
                ? null
                : compared.against(
                        Hypothesis.AT_MOST,
                        parameters.limit(),
                        compared.effect().value());
    }

    @Override
    public boolean crossed() {
        return compared != null
                && compared.estimate() > parameters.limit()
                && compared.against(
                                Hypothesis.AT_MOST,
                                parameters.limit(),
                                compared.effect().value())
                        .rejects(parameters.alpha());
    }

    @Override
    public boolean kept() {
        return compared != null
                && compared.estimate() <= parameters.limit()
                && (shownBefore
                        || keptWith(compared, compared.effect().value())
                        || (compared.beyond(parameters.limit()) < FAR_WITHIN
                                && keptWith(compared, compared.effect().measured())));
    }

    private boolean keptWith(Compared both, double designEffect) {
        return both.against(Hypothesis.AT_LEAST, parameters.limit(), designEffect)
                .rejects(parameters.passing());
    }

    @Override
    public long minimum() {
        long minimum = GuardrailCheck.super.minimum();
        return compared != null && compared.known() ? Math.max(SPELL, minimum) : minimum;
    }

    @Override
    public boolean breachedEarly() {
        return compared != null
                && parameters.limit() > 0
                && samples() >= GuardrailCheck.super.minimum()
                && compared.against(
                                Hypothesis.AT_MOST,
                                FAR * parameters.limit(),
                                compared.effect().value())
                        .rejects(parameters.alpha());
    }

    @Override
    public boolean held() {
        return compared != null && compared.effect().lasting() && !crossed() && !kept();
    }

    @Override
    public String remark() {
        return samples() == 0 || compared == null
                ? ""
                : MetricFormat.remarks(Stream.of(
                        "treatment %s ms, control %s ms"
                                .formatted(
                                        MetricFormat.decimal(
                                                compared.treatment().quantile(QUANTILE)),
                                        MetricFormat.decimal(compared.control().quantile(QUANTILE))),
                        RequestDependence.remark(compared.effect())));
    }
}
