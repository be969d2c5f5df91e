package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
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
        CheckParameters parameters, @Nullable LatencyComparison compared, boolean shownBefore)
        implements GuardrailCheck {

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
                LatencyComparison.of(phase),
                before != null && new LatencyCheck(parameters, LatencyComparison.of(before), false).kept());
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

    private boolean keptWith(LatencyComparison both, double designEffect) {
        return both.against(Hypothesis.AT_LEAST, parameters.limit(), designEffect)
                .rejects(parameters.passing());
    }

    @Override
    public long minimum() {
        long minimum = GuardrailCheck.super.minimum();
        return samples() == 0 || compared == null || compared.known() ? Math.max(SPELL, minimum) : minimum;
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
                                                compared.treatment().quantile(LatencyComparison.QUANTILE)),
                                        MetricFormat.decimal(compared.control().quantile(LatencyComparison.QUANTILE))),
                        RequestDependence.remark(compared.effect())));
    }
}
