package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.RateSequence;

/**
 * Checks that the agreement of all pairs, from shadows and from splits, is at least the limit.
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

    private final CheckParameters parameters;
    private final Proportion agreeing;
    private final Proportion noise;
    private final double alpha;
    private final Interval noiseBounds;

    /**
     * @param agreeing the agreeing pairs, of all pairs
     * @param noise control's disagreements with itself, of the pairs that asked control twice
     */
    public AgreementCheck(CheckParameters parameters, Proportion agreeing, Proportion noise) {
        this.parameters = parameters;
        this.agreeing = agreeing;
        this.noise = noise;
        this.alpha = noisy() ? parameters.alpha() / 2 : parameters.alpha();
        this.noiseBounds = noisy() ? RateSequence.JEFFREYS.interval(noise, alpha) : new Interval(0, 0);
    }

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        Phase paired = phases.paired();
        if (paired == null) {
            return new AgreementCheck(parameters, Proportion.NONE, Proportion.NONE);
        }
        long pairs = paired.sum(each -> each.pairs().count());
        long agreeing = paired.sum(each -> each.pairs().agreeing());
        long noisePairs = paired.sum(each -> each.noise().pairs());
        long noiseAgreeing = paired.sum(each -> each.noise().agreeing());
        if (!EvidenceSanity.part(agreeing, pairs) || !EvidenceSanity.part(noiseAgreeing, noisePairs)) {
            return new InvalidEvidence(parameters, pairs, "more pairs agree than there are");
        }
        return new AgreementCheck(
                parameters, new Proportion(agreeing, pairs), new Proportion(noisePairs - noiseAgreeing, noisePairs));
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
        return noisy() ? Math.min(1, agreeing.rate() + noise.rate()) : agreeing.rate();
    }

    @Override
    public Interval interval() {
        Interval seen = RateSequence.JEFFREYS.interval(agreeing, alpha);
        return new Interval(Math.min(1, seen.low() + noiseBounds.low()), Math.min(1, seen.high() + noiseBounds.high()));
    }

    @Override
    public EValue evidence() {
        double leastLimit = parameters.limit() - noiseBounds.high();
        EValue against = leastLimit <= 0
                ? EValue.NONE
                : RateBet.around(Hypothesis.AT_LEAST, Math.min(leastLimit, Math.nextDown(1.0)), STRENGTH)
                        .eValue(agreeing);
        return noisy() ? AlphaSpending.weigh(against, 0.5) : against;
    }

    @Override
    public boolean crossed() {
        return estimate() < parameters.limit() && evidence().rejects(parameters.alpha());
    }

    @Override
    public boolean kept() {
        double mostLimit = parameters.limit() - noiseBounds.low();
        return mostLimit <= 0 || AlphaSpending.above(agreeing, mostLimit, RateSequence.JEFFREYS, alpha);
    }

    @Override
    public String wanted() {
        return "; pairs come from a shadow, or from a split with \"pairs\" above 0";
    }

    @Override
    public String remark() {
        return noisy()
                ? "including the %s by which control disagrees with itself, measured in %s pairs"
                        .formatted(MetricFormat.percent(noise.rate()), MetricFormat.count(noise.count()))
                : "";
    }
}
