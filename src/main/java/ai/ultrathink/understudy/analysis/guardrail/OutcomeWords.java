package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.stats.ClippedBet;
import ai.ultrathink.understudy.stats.EValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A summary of outcomes in sentences. */
final class OutcomeWords {

    private static final GuardrailMetric METRIC = GuardrailMetric.OUTCOME_DELTA;

    private OutcomeWords() {}

    static List<String> of(OutcomeSummary summary) {
        OutcomePlan plan = summary.plan();
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s closed blocks of %s since generation %s, %s of them with disagreement; %s decisions with an outcome"
                        .formatted(
                                MetricFormat.count(summary.blocks()),
                                OutcomePlan.text(plan.block()),
                                summary.since(),
                                MetricFormat.count(summary.tested()),
                                MetricFormat.count(summary.decisions())));
        lines.add("earned per decision: control %s, treatment %s (as the values came: %s and %s)"
                .formatted(
                        value(summary.control()),
                        value(summary.treatment()),
                        value(summary.rawControl()),
                        value(summary.rawTreatment())));
        lines.add("mean difference per block with disagreement: %s (as the values came: %s); %s, at every look"
                .formatted(
                        value(summary.difference()),
                        value(summary.rawDifference()),
                        MetricFormat.interval(METRIC, plan.alpha(), summary.interval())));
        lines.add(cuts(plan));
        lines.add(
                "evidence ratios so far (threshold %s): worse than %s%% per block %s; above it %s; better than control %s"
                        .formatted(
                                MetricFormat.ratio(-Math.log(plan.alpha())),
                                MetricFormat.fine(100 * plan.limit()),
                                ratio(summary.worse()),
                                ratio(summary.notWorse()),
                                ratio(summary.better())));
        lines.add(coverage(summary.coverage()));
        lines.add(arms(summary.coverage()));
        lines.add(
                summary.hitRate() == null
                        ? "no disagreement has been won or lost"
                        : "treatment won %s of %s disagreements that one of the two won; this is shown and decides nothing"
                                .formatted(
                                        MetricFormat.percent(summary.hitRate()),
                                        MetricFormat.count(summary.wonOrLost())));
        lines.add(summary.outlook());
        return List.copyOf(lines);
    }

    private static String cuts(OutcomePlan plan) {
        return ("what is not seen: values beyond ±%s, and of a block what lies beyond its expected spread, times %s where it speaks for"
                        + " treatment, %s where it speaks against it, and, in the test for a loss, %s either way; no figure here"
                        + " excludes a loss beyond these cuts")
                .formatted(
                        MetricFormat.percent(plan.clip()),
                        MetricFormat.decimal(ClippedBet.IN_FAVOUR.gainCap()),
                        MetricFormat.decimal(ClippedBet.IN_FAVOUR.lossCap()),
                        MetricFormat.decimal(ClippedBet.AGAINST.lossCap()));
    }

    private static String coverage(OutcomeCoverage coverage) {
        return "%s of the decisions have an outcome, %s of the agreements and %s of the disagreements (evidence ratio that the two differ:"
                        .formatted(
                                MetricFormat.percent(coverage.all()),
                                MetricFormat.percent(coverage.ofAgreeing()),
                                MetricFormat.percent(coverage.ofDisagreeing()))
                + " %s); below %s nothing is decided"
                        .formatted(ratio(coverage.unequal()), MetricFormat.percent(OutcomeCoverage.LEAST));
    }

    private static String arms(OutcomeCoverage coverage) {
        return "%s of control's decisions have an outcome, and %s of treatment's (evidence ratio that the two differ: %s)"
                .formatted(
                        MetricFormat.percent(coverage.control().fraction()),
                        MetricFormat.percent(coverage.treatment().fraction()),
                        ratio(coverage.unequalArms()));
    }

    private static String ratio(EValue evidence) {
        return MetricFormat.ratio(evidence.log());
    }

    private static String value(@Nullable Double figure) {
        return figure == null ? "nothing yet" : MetricFormat.value(METRIC, figure);
    }
}
