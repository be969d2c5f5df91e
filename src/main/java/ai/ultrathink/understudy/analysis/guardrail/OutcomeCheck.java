package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.stats.EValue;
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
    private final RunningOutcomes outcomes;
    private final OutcomeCoverage coverage;

    private OutcomeCheck(CheckParameters parameters, OutcomePlan plan, RunningOutcomes outcomes) {
        this.parameters = parameters;
        this.plan = plan;
        this.outcomes = outcomes;
        this.coverage = outcomes.coverage();
    }

    static GuardrailCheck of(OutcomePlan plan, EvaluationInput input) {
        if (input.outcomes().problem() != null) {
            return new InvalidEvidence(
                    parameters(plan), 0, Objects.requireNonNull(input.outcomes().problem()));
        }
        List<OutcomeBlock> present = present(input);
        return present.stream().allMatch(RunningOutcomes::sound)
                ? of(plan, RunningOutcomes.of(plan, input.outcomes(), present))
                : new InvalidEvidence(
                        parameters(plan),
                        present.size(),
                        "a block of outcomes has figures that are no numbers or do not add up");
    }

    /** With blocks as they are added up so far. */
    static GuardrailCheck of(OutcomePlan plan, RunningOutcomes outcomes) {
        return new OutcomeCheck(parameters(plan), plan, outcomes);
    }

    private static CheckParameters parameters(OutcomePlan plan) {
        return new CheckParameters(
                new Guardrail(GuardrailMetric.OUTCOME_DELTA, plan.limit(), 1, plan.action()),
                plan.alpha(),
                plan.alpha(),
                plan.promote() != OutcomePromotion.IGNORE);
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
        return outcomes.tested();
    }

    @Override
    public String counted() {
        return "closed blocks with disagreement";
    }

    @Override
    public double estimate() {
        return outcomes.estimate();
    }

    @Override
    public Interval interval() {
        return outcomes.interval();
    }

    @Override
    public EValue evidence() {
        return outcomes.evidence();
    }

    @Override
    public boolean crossed() {
        return outcomes.evidence().rejects(plan.alpha());
    }

    @Override
    public boolean kept() {
        return switch (plan.promote()) {
            case IGNORE, NOT_WORSE -> outcomes.notWorse().greatest().rejects(plan.alpha());
            case BETTER -> outcomes.better().greatest().rejects(plan.alpha());
        };
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
