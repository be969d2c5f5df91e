package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.Phase;
import ai.ultrathink.understudy.analysis.guardrail.Phases;
import ai.ultrathink.understudy.analysis.guardrail.SplitDeviationCheck;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateDifference;
import ai.ultrathink.understudy.stats.RateSequence;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Metrics of assignment, and of rows that were lost. */
final class SampleMetrics {

    private static final double OPTIMAL_COUNT = 5_000;

    private SampleMetrics() {}

    static List<ReportMetric> of(Phases phases) {
        Proportion control = lost(
                phases.current(),
                each -> each.assigned().control(),
                each -> each.stored().control());
        Proportion treatment = lost(
                phases.current(),
                each -> each.assigned().treatment(),
                each -> each.stored().treatment());
        Proportion shadow = lost(
                phases.current(),
                each -> each.assigned().shadow(),
                each -> each.stored().shadow());
        return List.of(
                ratio(
                        new ReportMetricBuilder(
                                "sample_ratio_assigned",
                                "Treatment's share of assigned requests",
                                ReportMetric.Unit.FRACTION,
                                "Requests as they were drawn, compared with the split configured at the time. Requests of one unit are"
                                        + " not independent draws: where units send many, the interval is too narrow."),
                        drawn(
                                phases,
                                each -> each.assigned().control(),
                                each -> each.assigned().treatment())),
                ratio(
                        new ReportMetricBuilder(
                                "sample_ratio_stored",
                                "Treatment's share of stored units",
                                ReportMetric.Unit.FRACTION,
                                "Units, when their first row was stored, compared with the split configured at the time."),
                        drawn(
                                phases,
                                each -> each.units().control(),
                                each -> each.units().treatment())),
                lost("lost_rows_control", "Rows of control lost", control),
                lost("lost_rows_treatment", "Rows of treatment lost", treatment),
                lost("lost_rows_shadow", "Rows of the shadow lost", shadow),
                lostDelta(treatment, control));
    }

    private static List<SplitDeviationCheck.Drawn> drawn(
            Phases phases, ToLongFunction<GenerationEvidence> control, ToLongFunction<GenerationEvidence> treatment) {
        return phases.drawn().stream()
                .filter(phase -> !phase.shadow())
                .map(phase -> new SplitDeviationCheck.Drawn(
                        phase.split() == null ? 0 : phase.split(), phase.sum(control), phase.sum(treatment)))
                .filter(SplitDeviationCheck.Drawn::informative)
                .toList();
    }

    private static ReportMetric ratio(ReportMetricBuilder draft, List<SplitDeviationCheck.Drawn> drawn) {
        if (drawn.isEmpty()) {
            return draft.done();
        }
        long units = 0;
        long treatment = 0;
        double expected = 0;
        EValue evidence = EValue.NONE;
        Estimate deviation = Estimate.NONE;
        for (SplitDeviationCheck.Drawn each : drawn) {
            units += each.units();
            treatment += each.treatment();
            expected += each.split() * each.units();
            evidence = evidence.times(each.evidence());
            deviation = deviation.plus(each.estimate());
        }
        double share = expected / units;
        Interval left = new MeanSequence(ReportMetrics.ALPHA, OPTIMAL_COUNT).interval(deviation);
        if (units >= ReportMetrics.FEWEST_REQUESTS) {
            draft.interval(new Interval(Math.max(0, share + left.low()), Math.min(1, share + left.high())));
        }
        return draft.expected(share)
                .estimate((double) treatment / units)
                .evidence(evidence)
                .samples(units - treatment, treatment)
                .done();
    }

    /** Requests assigned in the present phase that have no stored row. */
    private static Proportion lost(
            @Nullable Phase phase,
            ToLongFunction<GenerationEvidence> assigned,
            ToLongFunction<GenerationEvidence> stored) {
        if (phase == null) {
            return Proportion.NONE;
        }
        long requests = Math.max(0, phase.sum(assigned));
        return new Proportion(Math.clamp(requests - phase.sum(stored), 0, requests), requests);
    }

    private static ReportMetric lost(String name, String title, Proportion lost) {
        return new ReportMetricBuilder(
                        name,
                        title,
                        ReportMetric.Unit.FRACTION,
                        "Requests assigned in the present phase that have no row. Rows on their way to the database are included"
                                + " until they arrive.")
                .estimate(lost.rate())
                .interval(RateSequence.JEFFREYS.interval(lost, ReportMetrics.ALPHA))
                .samples(lost.count())
                .done();
    }

    private static ReportMetric lostDelta(Proportion treatment, Proportion control) {
        RateDifference mixture = RateDifference.JEFFREYS;
        return new ReportMetricBuilder(
                        "lost_rows_delta",
                        "Rows lost, treatment minus control",
                        ReportMetric.Unit.FRACTION,
                        "Difference of the two fractions above; the e-value is against no difference. Losses are assumed to be"
                                + " independent, so an outage that loses many rows at once overstates it.")
                .expected(0)
                .estimate(treatment.rate() - control.rate())
                .interval(mixture.interval(treatment, control, ReportMetrics.ALPHA))
                .evidence(mixture.eValue(Hypothesis.EQUAL, 0, treatment, control))
                .samples(control.count(), treatment.count())
                .done();
    }
}
