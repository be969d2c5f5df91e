package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.RateSequence;
import ai.ultrathink.understudy.stats.RestartedBet;
import java.util.stream.Stream;

/**
 * Checks that the agreement of all pairs, from shadows and from splits, is at least the limit.
 *
 * <p>The bet begins again at every block of time, so that a long sound past does not excuse a model that begins to disagree; size is
 * then that of the pairs since the beginning that contributes most. Evidence is weakened by the design effect of the pairs.
 *
 * <p>Nothing is decided from the first {@link #SPELL} pairs, unless the agreement is {@link #FAR} below the limit, and nothing passes
 * before {@link #STEADY}: a bad or good spell at the beginning looks like a bad or good model, and no design effect can be measured
 * before it has ended. Evidence of earlier
 * decisions, whose order is not known, is decided at once.
 *
 * <p>Where control was also compared with itself, only the disagreement beyond control's own noise counts: the check
 * looks at agreement plus noise. The noise is not known exactly. It is bounded by a confidence sequence that uses half
 * of α, and each decision takes the bound that speaks against it. The noise counts from its first pair on: changing the
 * hypothesis later, once there are enough noise pairs, would invalidate the earlier looks.
 */
final class AgreementCheck implements GuardrailCheck {

    /**
     * Strength of the bet's density around the limit. It detects 80% against 85% in about 800 pairs, and 50% within the
     * minimum.
     */
    private static final double STRENGTH = 20;

    /** Pairs from which a breach is decided: few bad spells of some hundred pairs last this long. */
    static final long SPELL = 1_490;

    /**
     * How far below the limit an agreement lies that no bad spell explains. A model that is so far from control is found before
     * {@link #SPELL}.
     */
    private static final double FAR = 0.25;

    /** Pairs since a change for the worse from which it is told from a bad spell, after a long time without any. */
    private static final long LATE_SPELL = 500;

    /** Pairs from which the limit may be shown to be kept: good times are longer than bad ones. */
    static final long STEADY = 5_000;

    private final CheckParameters parameters;
    private final AgreementHistory history;
    private final Proportion agreeing;
    private final Proportion noise;
    private final double alpha;
    private final Interval noiseBounds;

    /**
     * @param history the agreeing pairs, in order
     * @param agreeing the agreeing pairs, of all pairs
     * @param noise control's disagreements with itself, of the pairs that asked control twice
     */
    AgreementCheck(CheckParameters parameters, AgreementHistory history, Proportion agreeing, Proportion noise) {
        this.parameters = parameters;
        this.history = history;
        this.agreeing = agreeing;
        this.noise = noise;
        this.alpha = noisy() ? parameters.alpha() / 2 : parameters.alpha();
        this.noiseBounds = noisy() ? RateSequence.JEFFREYS.interval(noise, alpha) : new Interval(0, 0);
    }

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        Phase paired = phases.paired();
        if (paired == null) {
            return new AgreementCheck(parameters, AgreementHistory.NONE, Proportion.NONE, Proportion.NONE);
        }
        long pairs = paired.sum(each -> each.pairs().count());
        long agreeing = paired.sum(each -> each.pairs().agreeing());
        long noisePairs = paired.sum(each -> each.noise().pairs());
        long noiseAgreeing = paired.sum(each -> each.noise().agreeing());
        if (!EvidenceSanity.part(agreeing, pairs)
                || !EvidenceSanity.part(noiseAgreeing, noisePairs)
                || !AgreementHistory.sound(paired)) {
            return new InvalidEvidence(parameters, pairs, "more pairs agree than there are");
        }
        if (!RequestDependence.sound(paired)) {
            return new InvalidEvidence(parameters, pairs, RequestDependence.UNSOUND);
        }
        Proportion seen = new Proportion(agreeing, pairs);
        return new AgreementCheck(
                parameters,
                AgreementHistory.of(paired, seen),
                seen,
                new Proportion(noisePairs - noiseAgreeing, noisePairs));
    }

    private boolean noisy() {
        return noise.count() > 0;
    }

    @Override
    public CheckParameters parameters() {
        return parameters;
    }

    @Override
    public long samples() {
        return agreeing.count();
    }

    @Override
    public String counted() {
        return "pairs";
    }

    @Override
    public double estimate() {
        return withNoise(agreeing);
    }

    private double withNoise(Proportion seen) {
        return noisy() ? Math.min(1, seen.rate() + noise.rate()) : seen.rate();
    }

    @Override
    public Interval interval() {
        Interval seen =
                RateSequence.JEFFREYS.interval(agreeing, alpha, history.effect().value());
        return new Interval(Math.min(1, seen.low() + noiseBounds.low()), Math.min(1, seen.high() + noiseBounds.high()));
    }

    @Override
    public EValue evidence() {
        return noisy()
                ? AlphaSpending.weigh(against().evidence(), 0.5)
                : against().evidence();
    }

    private RestartedBet.Result against() {
        double leastLimit = parameters.limit() - noiseBounds.high();
        return leastLimit <= 0
                ? new RestartedBet.Result(EValue.NONE, 0, agreeing)
                : new RestartedBet(
                                RateBet.around(Hypothesis.AT_LEAST, Math.min(leastLimit, Math.nextDown(1.0)), STRENGTH))
                        .of(history.beginnings(), LATE_SPELL);
    }

    @Override
    public boolean crossed() {
        return withNoise(against().since()) < parameters.limit() && evidence().rejects(parameters.alpha());
    }

    @Override
    public boolean kept() {
        if (agreeing.count() < minimumToPass()) {
            return false;
        }
        double mostLimit = parameters.limit() - noiseBounds.low();
        return mostLimit <= 0
                || (mostLimit < 1
                        && agreeing.count() > 0
                        && agreeing.rate() > mostLimit
                        && RateSequence.JEFFREYS.excludes(
                                mostLimit,
                                agreeing,
                                noisy() ? parameters.passing() / 2 : parameters.passing(),
                                history.effect().value()));
    }

    @Override
    public long minimum() {
        return history.known() ? Math.max(SPELL, GuardrailCheck.super.minimum()) : GuardrailCheck.super.minimum();
    }

    @Override
    public long minimumToPass() {
        return history.known() ? Math.max(STEADY, minimum()) : minimum();
    }

    @Override
    public boolean breachedEarly() {
        double far = parameters.limit() - FAR - noiseBounds.high();
        return agreeing.count() >= GuardrailCheck.super.minimum()
                && far > 0
                && RateBet.around(Hypothesis.AT_LEAST, far, STRENGTH)
                        .eValue(agreeing)
                        .rejects(parameters.alpha());
    }

    @Override
    public boolean held() {
        return history.effect().lasting() && !crossed() && !kept();
    }

    @Override
    public String wanted() {
        return "; pairs come from a shadow, or from a split with \"pairs\" above 0";
    }

    @Override
    public String remark() {
        String ofNoise = noisy()
                ? "including the %s by which control disagrees with itself, measured in %s pairs"
                        .formatted(MetricFormat.percent(noise.rate()), MetricFormat.count(noise.count()))
                : "";
        return MetricFormat.remarks(
                Stream.of(lately(), ofNoise, unsteady(), RequestDependence.remark(history.effect())));
    }

    private String unsteady() {
        return agreeing.count() >= minimum() && agreeing.count() < minimumToPass() && !crossed()
                ? "can pass from %s pairs on, because good times may last long"
                        .formatted(MetricFormat.count(minimumToPass()))
                : "";
    }

    /** The pairs since the beginning that contributes most, where these show a breach. */
    private String lately() {
        RestartedBet.Result against = against();
        return against.from() > 0 && crossed()
                ? "%s in the %s pairs since %s"
                        .formatted(
                                MetricFormat.percent(withNoise(against.since())),
                                MetricFormat.count(against.since().count()),
                                history.starts().get(against.from()))
                : "";
    }
}
