package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.stats.BlocksToGo;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.RunningBet;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the outcomes show, for a reader: figures beside the result of the guardrail. They decide nothing.
 *
 * @param plan by which the outcomes are tested
 * @param since the generation in which this evidence began
 * @param blocks closed blocks of the present versions
 * @param tested those in which the models' positions differed, with outcomes
 * @param decisions with an outcome
 * @param control what control earned per decision, values clipped; null without outcomes
 * @param treatment what treatment earned per decision, likewise
 * @param difference the mean difference per tested block, values clipped; null without any
 * @param rawControl what control earned per decision, values as they came
 * @param rawTreatment what treatment earned per decision, likewise
 * @param rawDifference the mean difference per tested block, values as they came
 * @param interval of the difference, at every look; its lower end allows for losses of up to 20 times the expected spread of a
 *     block, its upper end for up to 3 times
 * @param worse evidence that treatment earns less than the limit
 * @param notWorse evidence that it earns more than the limit
 * @param better evidence that it earns more than control
 * @param hitRate of the disagreements that one model won, the fraction that treatment won; null without any. It decides nothing:
 *     a treatment can win often and lose much
 * @param wonOrLost the number of these disagreements
 * @param coverage how many decisions have an outcome
 * @param blocksToGo blocks more until one of the questions of the plan is answered, at the difference and spread so far; 0 if it
 *     is, and null if nothing can be said
 * @param outlook the same in words
 */
public record OutcomeSummary(
        OutcomePlan plan,
        long since,
        long blocks,
        long tested,
        long decisions,
        @Nullable Double control,
        @Nullable Double treatment,
        @Nullable Double difference,
        @Nullable Double rawControl,
        @Nullable Double rawTreatment,
        @Nullable Double rawDifference,
        Interval interval,
        EValue worse,
        EValue notWorse,
        EValue better,
        @Nullable Double hitRate,
        long wonOrLost,
        OutcomeCoverage coverage,
        @Nullable Long blocksToGo,
        String outlook) {

    private static final Duration YEAR = Duration.ofDays(365);

    /** The summary; null without a plan, or if the blocks could not be read or have figures that are no numbers. */
    public static @Nullable OutcomeSummary of(EvaluationInput input) {
        OutcomePlan plan = input.outcome();
        RunningOutcomes outcomes = RunningOutcomes.of(input);
        return plan == null || outcomes == null
                ? null
                : of(plan, input.outcomes().since(), outcomes);
    }

    /** The summary in sentences. */
    public List<String> lines() {
        return OutcomeWords.of(this);
    }

    private static OutcomeSummary of(OutcomePlan plan, long since, RunningOutcomes outcomes) {
        long wonOrLost = outcomes.wins() + outcomes.losses();
        OutcomeCoverage coverage = outcomes.coverage();
        String flaw = coverage.flaw(plan.alpha());
        OptionalLong toGo = flaw.isEmpty() ? toGo(plan, outcomes) : OptionalLong.empty();
        return new OutcomeSummary(
                plan,
                since,
                outcomes.blocks(),
                outcomes.tested(),
                outcomes.decisions(),
                perDecision(outcomes.clipped().control(), outcomes),
                perDecision(outcomes.clipped().treatment(), outcomes),
                number(outcomes.estimate()),
                perDecision(outcomes.raw().control(), outcomes),
                perDecision(outcomes.raw().treatment(), outcomes),
                number(outcomes.rawEstimate()),
                outcomes.interval(),
                outcomes.worse().greatest(),
                outcomes.notWorse().greatest(),
                outcomes.better().greatest(),
                wonOrLost == 0 ? null : (Double) ((double) outcomes.wins() / wonOrLost),
                wonOrLost,
                coverage,
                toGo.isPresent() ? (Long) toGo.getAsLong() : null,
                flaw.isEmpty() ? outlook(plan, outcomes.tested(), toGo) : "cannot tell yet: " + flaw);
    }

    private static @Nullable Double perDecision(double sum, RunningOutcomes outcomes) {
        return outcomes.decisions() == 0 ? null : (Double) (sum / outcomes.decisions());
    }

    private static @Nullable Double number(double figure) {
        return Double.isNaN(figure) ? null : (Double) figure;
    }

    /** Until the first answer, of "worse" and of what a promotion asks. */
    private static OptionalLong toGo(OutcomePlan plan, RunningOutcomes outcomes) {
        OptionalLong worse = toGo(plan, outcomes, outcomes.worse());
        OptionalLong good = toGo(
                plan, outcomes, plan.promote() == OutcomePromotion.BETTER ? outcomes.better() : outcomes.notWorse());
        if (worse.isEmpty() || good.isEmpty()) {
            return worse.isEmpty() ? good : worse;
        }
        return OptionalLong.of(Math.min(worse.getAsLong(), good.getAsLong()));
    }

    private static OptionalLong toGo(OutcomePlan plan, RunningOutcomes outcomes, RunningBet bet) {
        return BlocksToGo.of(bet, outcomes.blocks(), outcomes.tested(), plan.alpha());
    }

    private static String outlook(OutcomePlan plan, long tested, OptionalLong toGo) {
        if (toGo.isPresent() && toGo.getAsLong() == 0) {
            return "decided";
        }
        if (tested < BlocksToGo.FEWEST) {
            return "cannot tell yet: %s of the %s blocks with disagreement from which the spread is known"
                    .formatted(MetricFormat.count(tested), MetricFormat.count(BlocksToGo.FEWEST));
        }
        return toGo.isEmpty() || toGo.getAsLong() > YEAR.dividedBy(plan.block())
                ? "cannot tell yet; not decidable within a year at this disagreement and spread"
                : "cannot tell yet; at this disagreement and spread about %s more"
                        .formatted(
                                toGo.getAsLong() == 1 ? "1 block" : MetricFormat.count(toGo.getAsLong()) + " blocks");
    }
}
