package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.stats.ClippedBet;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The guardrail of what the models earned. Each closed block is one number, the mean difference of its decisions, and three bets are
 * made on these: that treatment earns less than the limit (a breach), that it earns more than the limit, and that it earns more than
 * control. The plan says which of the last two a promotion needs. Each has the whole of the plan's α, which is outside that
 * of the other guardrails.
 *
 * <p>A bet that has reached its threshold has decided, so a breach needs no size in addition. Too few outcomes, or outcomes that are
 * missing where the models disagree, leave everything undecided.
 */
final class OutcomeCheck implements GuardrailCheck {

    private final CheckParameters parameters;
    private final OutcomePlan plan;
    private final OutcomeSeries series;
    private final OutcomeCoverage coverage;
    private final EValue worse;

    private OutcomeCheck(CheckParameters parameters, OutcomePlan plan, OutcomeSeries series) {
        this.parameters = parameters;
        this.plan = plan;
        this.series = series;
        this.coverage = OutcomeCoverage.of(series.blocks());
        this.worse = ClippedBet.AGAINST.greatest(Hypothesis.AT_LEAST, plan.limit(), series.bets());
    }

    static GuardrailCheck of(OutcomePlan plan, EvaluationInput input) {
        CheckParameters parameters = new CheckParameters(
                new Guardrail(GuardrailMetric.OUTCOME_DELTA, plan.limit(), 1, plan.action()),
                plan.alpha(),
                plan.alpha(),
                plan.promote() != OutcomePromotion.IGNORE);
        if (input.outcomes().problem() != null) {
            return new InvalidEvidence(
                    parameters, 0, Objects.requireNonNull(input.outcomes().problem()));
        }
        List<OutcomeBlock> present = present(input);
        return present.stream().allMatch(OutcomeSeries::sound)
                ? new OutcomeCheck(parameters, plan, OutcomeSeries.of(plan, present))
                : new InvalidEvidence(
                        parameters,
                        present.size(),
                        "a block of outcomes has figures that are no numbers or do not add up");
    }

    /** The blocks of the present pair of versions. */
    static List<OutcomeBlock> present(EvaluationInput input) {
        PresentVersions versions = PresentVersions.of(input.evidence());
        return input.outcomes().blocks().stream()
                .filter(block -> versions.covers(block.versions()))
                .toList();
    }

    @Override
    public CheckParameters parameters() {
        return parameters;
    }

    /** Blocks that are tested: those in which the models' positions differed, with outcomes. */
    @Override
    public long samples() {
        return series.bets().tested();
    }

    @Override
    public String counted() {
        return "closed blocks with disagreement";
    }

    @Override
    public double estimate() {
        return series.estimate();
    }

    @Override
    public Interval interval() {
        return ClippedBet.interval(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, series.bets(), plan.alpha());
    }

    @Override
    public EValue evidence() {
        return worse;
    }

    @Override
    public boolean crossed() {
        return worse.rejects(plan.alpha());
    }

    @Override
    public boolean kept() {
        return switch (plan.promote()) {
            case IGNORE, NOT_WORSE -> above(plan.limit());
            case BETTER -> above(0);
        };
    }

    private boolean above(double mean) {
        return ClippedBet.IN_FAVOUR
                .greatest(Hypothesis.AT_MOST, mean, series.bets())
                .rejects(plan.alpha());
    }

    @Override
    public boolean held() {
        return !coverage.flaw(plan.alpha()).isEmpty();
    }

    @Override
    public String wanted() {
        return "; a block closes at its end and the plan's horizon, and outcomes are sent to POST /api/v1/outcomes";
    }

    @Override
    public String remark() {
        return MetricFormat.remarks(Stream.of(coverage.flaw(plan.alpha()), asked()));
    }

    private String asked() {
        return plan.promote() == OutcomePromotion.BETTER ? "a promotion needs more than 0" : "";
    }
}
