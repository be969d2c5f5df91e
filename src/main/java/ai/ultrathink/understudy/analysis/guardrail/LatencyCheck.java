package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.QuantileDifference;
import org.jspecify.annotations.Nullable;

/**
 * Checks that treatment's 95th percentile exceeds control's by at most the limit, in the phase that is compared.
 *
 * <p>The mixture multiplies the arms' e-values, which requires independent arms. In a shadow they depend on each other:
 * both answer the same requests on the same machine. There the geometric mean replaces the product. It is an e-value
 * under any dependence (by the Cauchy–Schwarz inequality) and needs about twice the samples.
 *
 * <p>Once one arm has all requests the pairs are compared, in the same way. They are few, and showing again that the
 * limit is kept may take very long. So the check also passes if it passed while both arms ran, and a sufficient number
 * of pairs since then is within the limit.
 *
 * @param phase that is compared, or null before there is one
 * @param shownBefore whether the limit was shown to be kept while both arms ran, and only pairs are compared now
 * @param treatment treatment's forward passes
 * @param control control's forward passes
 * @param estimate of the difference, in milliseconds; NaN without data
 */
public record LatencyCheck(
        CheckParameters parameters,
        @Nullable Phase phase,
        LogHistogram treatment,
        LogHistogram control,
        double estimate,
        boolean shownBefore)
        implements GuardrailCheck {

    private static final double QUANTILE = 0.95;

    /** Spreads the bet over quantiles about two percentage points to either side. */
    public static final QuantileDifference MIXTURE = new QuantileDifference(QUANTILE, 100);

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        Phase phase = phases.compared();
        if (phase == null) {
            return new LatencyCheck(parameters, null, LogHistogram.NONE, LogHistogram.NONE, Double.NaN, false);
        }
        Phase before = phase.byPairs() ? phases.concurrent() : null;
        if (!EvidenceSanity.buckets(phase) || (before != null && !EvidenceSanity.buckets(before))) {
            return new InvalidEvidence(parameters, 0, "a latency histogram has an invalid count or bucket");
        }
        return of(
                parameters,
                phase,
                before != null && of(parameters, before, false).kept());
    }

    private static LatencyCheck of(CheckParameters parameters, Phase phase, boolean shownBefore) {
        LogHistogram treatment = phase.latencies(Variant.TREATMENT);
        LogHistogram control = phase.latencies(Variant.CONTROL);
        double estimate = treatment.quantile(QUANTILE) - control.quantile(QUANTILE);
        return new LatencyCheck(parameters, phase, treatment, control, estimate, shownBefore);
    }

    @Override
    public long samples() {
        return Math.min(treatment.total(), control.total());
    }

    @Override
    public String counted() {
        return phase != null && phase.byPairs() ? "pairs" : "answers of the smaller arm";
    }

    @Override
    public Interval interval() {
        return phase == null
                ? Interval.UNKNOWN
                : interval(phase, treatment, control, parameters.alpha() * phase.share());
    }

    /** Confidence interval of the difference at α, also where the arms are pairs. */
    public static Interval interval(Phase phase, LogHistogram treatment, LogHistogram control, double alpha) {
        // the root of the product reaches 2 / α where the product reaches 4 / α²
        return MIXTURE.interval(treatment, control, phase.dependent() ? alpha * alpha / 2 : alpha);
    }

    @Override
    public @Nullable EValue evidence() {
        return phase == null ? null : AlphaSpending.weigh(against(phase, Hypothesis.AT_MOST), phase.share());
    }

    private EValue against(Phase compared, Hypothesis hypothesis) {
        EValue product = MIXTURE.eValue(hypothesis, parameters.limit(), treatment, control);
        return compared.dependent() ? new EValue(product.log() / 2) : product;
    }

    @Override
    public boolean crossed() {
        return phase != null
                && estimate > parameters.limit()
                && AlphaSpending.weigh(against(phase, Hypothesis.AT_MOST), phase.share())
                        .rejects(parameters.alpha());
    }

    @Override
    public boolean kept() {
        return phase != null
                && estimate <= parameters.limit()
                && (shownBefore || against(phase, Hypothesis.AT_LEAST).rejects(parameters.alpha() * phase.share() / 2));
    }

    @Override
    public String remark() {
        return treatment.total() == 0 || control.total() == 0
                ? ""
                : "treatment %s ms, control %s ms"
                        .formatted(
                                MetricFormat.decimal(treatment.quantile(QUANTILE)),
                                MetricFormat.decimal(control.quantile(QUANTILE)));
    }
}
