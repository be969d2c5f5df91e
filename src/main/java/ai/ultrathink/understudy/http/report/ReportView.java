package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.report.ExperimentReport;
import ai.ultrathink.understudy.analysis.report.ReportMetric;
import ai.ultrathink.understudy.analysis.report.ReportPhase;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.http.experiment.ExperimentView;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A report as the API shows it. What there is no data for is null. */
@Schema(name = "Report")
record ReportView(
        ExperimentView test,
        Instant generatedAt,
        String serviceVersion,

        @Schema(enumeration = {"promote", "roll_back", "keep_running", "insufficient_data"})
        String verdict,

        @Schema(description = "in words, the deciding ones first")
        List<String> reasons,

        @Schema(
                description =
                        "if requests are independent: the probability that a limit which is kept is ever said to be crossed, of all"
                                + " guardrails together; and that one which is crossed is ever said to be kept")
        double alpha,

        List<GuardrailView> guardrails,

        @Schema(description = "what the realised outcomes show; null without an outcome plan") @Nullable OutcomeSummaryView outcomes,

        @Schema(description = "of each figure's interval alone")
        double figureConfidence,

        @Schema(description = "over the test's whole life") List<ReportMetric> figures,

        @Schema(description = "the configurations and model versions behind the evidence, oldest first")
        List<ReportPhase> phases,

        @Schema(description = "the latest requests on which the models disagreed, of a shadow or of pairs in a split")
        List<Disagreement> disagreements,

        @Schema(description = "the last hours, for information; they decide nothing")
        WindowStatistics window,

        List<String> assumptions) {

    /**
     * @param recorded the experiment as stored, deleted or not
     * @param defaults the mode that decides the action of a guardrail without an action of its own
     */
    static ReportView of(ExperimentReport report, RecordedExperiment recorded, Catalog catalog, Mode defaults) {
        return new ReportView(
                ExperimentView.of(recorded, catalog),
                report.generatedAt(),
                report.serviceVersion(),
                report.evaluation().verdict().wireName(),
                report.evaluation().reasons(),
                report.experiment().guardrails().alpha(),
                report.evaluation().results().stream()
                        .map(result -> GuardrailView.of(result, defaults))
                        .toList(),
                OutcomeSummaryView.of(report.outcomes()),
                report.figures().confidence(),
                report.figures().each(),
                report.phases(),
                report.disagreements(),
                report.window(),
                report.assumptions());
    }

    /** Result of one guardrail. */
    @Schema(name = "GuardrailFinding")
    record GuardrailView(
            String measure,

            @Schema(enumeration = {"passed", "breached", "undecided"})
            String state,

            @Schema(description = "whether the verdict promote needs it to be passed")
            boolean required,

            @Schema(
                    enumeration = {"alert", "roll_back"},
                    description = "what a breach leads to")
            String action,

            double limit,

            @Schema(
                    description =
                            "samples from which the guardrail is decided: what the test asks for or, where requests may depend on"
                                    + " each other, more; a breach that leaves no doubt needs fewer")
            long minimumSamples,

            @Schema(description = "samples from which it can pass")
            long minimumSamplesToPass,

            @Schema(
                    description =
                            "the guardrail's share of the test's alpha for a breach; for passing it uses the whole")
            double alpha,

            long samples,
            @Nullable Double estimate,

            @Schema(
                    description =
                            "ends of the (1 - alpha) confidence sequence; null below the minimum of samples that the test asks for")
            @Nullable Double lower,

            @Nullable Double upper,

            @Schema(
                    description =
                            "natural logarithm of the e-value; null where the interval alone decides, and where it is infinite")
            @Nullable Double logE,

            @Schema(description = "min(1, 1/e)") @Nullable Double pValue,
            String reason) {

        static GuardrailView of(GuardrailResult result, Mode mode) {
            Guardrail guardrail = result.guardrail();
            return new GuardrailView(
                    guardrail.metric().wireName(),
                    result.state().wireName(),
                    result.required(),
                    result.actionIn(mode).wireName(),
                    guardrail.limit(),
                    result.minimumSamples(),
                    result.minimumToPass(),
                    result.alpha(),
                    result.samples(),
                    result.estimate(),
                    result.shownLower(),
                    result.shownUpper(),
                    result.shownLogE(),
                    result.shownPValue(),
                    result.reason());
        }
    }
}
