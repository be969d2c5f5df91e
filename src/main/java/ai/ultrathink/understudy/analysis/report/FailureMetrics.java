package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.ErrorRateCheck;
import ai.ultrathink.understudy.analysis.guardrail.EvidenceSanity;
import ai.ultrathink.understudy.analysis.guardrail.FailureCounts;
import ai.ultrathink.understudy.analysis.guardrail.Phase;
import ai.ultrathink.understudy.analysis.guardrail.Phases;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Proportion;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Failure rates of the present phase, and treatment's failures by reason. */
final class FailureMetrics {

    private static final String REQUESTS =
            "Of treatment's requests in the present phase, whichever model answered them.";

    private FailureMetrics() {}

    static List<ReportMetric> of(Phases phases) {
        Phase phase = phases.current();
        FailureCounts failing = phase != null && FailureCounts.sound(phase) ? FailureCounts.of(phase) : null;
        Proportion control = failing == null ? Proportion.NONE : failing.control();
        Proportion treatment = failing == null ? Proportion.NONE : failing.treatment();
        return List.of(
                rate(
                        "control_failure_rate",
                        "Failures of control",
                        "Of control's requests in the present phase.",
                        control),
                rate(
                        "treatment_failure_rate",
                        "Failures of treatment",
                        "Of treatment's requests in the present phase; in a shadow, of those for which it ran.",
                        treatment),
                delta(failing, control, treatment),
                rate(
                        "treatment_error_rate",
                        "Errors of treatment",
                        REQUESTS,
                        part(phase, each -> each.failures().errors())),
                rate(
                        "treatment_timeout_rate",
                        "Timeouts of treatment",
                        REQUESTS,
                        part(phase, each -> each.failures().timeouts())),
                rate(
                        "treatment_rejected_rate",
                        "Treatment rejected by a full queue",
                        REQUESTS,
                        part(phase, each -> each.failures().rejections())),
                rate(
                        "treatment_guard_open_rate",
                        "Treatment withheld by its guard",
                        REQUESTS,
                        part(phase, each -> each.failures().guardOpen())),
                rate(
                        "treatment_fallback_rate",
                        "Answered by control instead",
                        REQUESTS + " A shadow has no fallback.",
                        phase == null || phase.shadow() ? Proportion.NONE : treatment),
                rate(
                        "shedding_rate",
                        "Shadow requests skipped for lack of capacity",
                        "Of the shadow's requests in the present phase.",
                        phase == null || !phase.shadow()
                                ? Proportion.NONE
                                : part(phase, each -> each.failures().shed())));
    }

    private static Proportion part(@Nullable Phase phase, ToLongFunction<GenerationEvidence> count) {
        if (phase == null) {
            return Proportion.NONE;
        }
        long requests =
                phase.sum(each -> each.stored().treatment() + each.stored().shadow());
        long some = phase.sum(count);
        return EvidenceSanity.part(some, requests) ? new Proportion(some, requests) : Proportion.NONE;
    }

    private static ReportMetric rate(String name, String title, String method, Proportion seen) {
        return new ReportMetricBuilder(name, title, ReportMetric.Unit.FRACTION, method)
                .estimate(seen.rate())
                .interval(ErrorRateCheck.RARE.interval(seen, ReportMetrics.ALPHA))
                .samples(seen.count())
                .done();
    }

    private static ReportMetric delta(@Nullable FailureCounts failing, Proportion control, Proportion treatment) {
        Interval ofControl = ErrorRateCheck.RARE.interval(control, ReportMetrics.ALPHA / 2);
        Interval ofTreatment = ErrorRateCheck.RARE.interval(treatment, ReportMetrics.ALPHA / 2);
        ReportMetricBuilder draft = new ReportMetricBuilder(
                        "failure_rate_delta",
                        "Failures, treatment minus control",
                        ReportMetric.Unit.FRACTION,
                        "Difference of the two rates above; the e-value is against \"treatment fails no more often\" and uses only which"
                                + " model failed, so both rates may drift together.")
                .expected(0)
                .estimate(treatment.rate() - control.rate())
                .interval(new Interval(ofTreatment.low() - ofControl.high(), ofTreatment.high() - ofControl.low()))
                .samples(control.count(), treatment.count());
        return failing == null || !failing.phase().concurrent()
                ? draft.done()
                : draft.evidence(failing.evidence()).done();
    }
}
