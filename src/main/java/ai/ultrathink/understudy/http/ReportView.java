package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.analysis.Figure;
import ai.ultrathink.understudy.analysis.Finding;
import ai.ultrathink.understudy.analysis.PValue;
import ai.ultrathink.understudy.analysis.Report;
import ai.ultrathink.understudy.analysis.ShownPhase;
import ai.ultrathink.understudy.analysis.TestStatistics;
import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.storage.Disagreement;
import ai.ultrathink.understudy.storage.RecordedTest;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A report as the API shows it. What there is no data for is null. */
@Schema(name = "Report")
record ReportView(
        TestView test,
        Instant generatedAt,
        String serviceVersion,

        @Schema(enumeration = {"promote", "roll_back", "keep_running", "insufficient_data"})
        String verdict,

        @Schema(description = "in words, the deciding ones first")
        List<String> reasons,

        @Schema(
                description =
                        "the probability that a limit which is kept is ever said to be crossed, of all guardrails together")
        double alpha,

        List<GuardrailView> guardrails,

        @Schema(description = "of each figure's interval alone")
        double figureConfidence,

        @Schema(description = "over the test's whole life") List<FigureView> figures,

        @Schema(description = "what the evidence is of, oldest first: configurations and versions of the models")
        List<ShownPhase> phases,

        @Schema(description = "the latest requests on which the models disagreed, of a shadow or of pairs in a split")
        List<Disagreement> disagreements,

        @Schema(description = "the last hours, to look at; nothing is decided by them")
        TestStatistics window,

        List<String> assumptions) {

    /**
     * @param recorded the test as the database has it, deleted or not
     * @param remedies the mode by which a breach is dealt with where its guardrail leaves that open
     */
    static ReportView of(Report report, RecordedTest recorded, Catalog catalog, Mode remedies) {
        return new ReportView(
                TestView.of(recorded, catalog),
                report.generatedAt(),
                report.serviceVersion(),
                report.judgement().verdict().wireName(),
                report.judgement().reasons(),
                report.test().guardrails().alpha(),
                report.judgement().findings().stream()
                        .map(finding -> GuardrailView.of(finding, remedies))
                        .toList(),
                report.figures().confidence(),
                report.figures().each().stream().map(FigureView::of).toList(),
                report.phases(),
                report.disagreements(),
                report.window(),
                report.assumptions());
    }

    /** What the evidence says about one guardrail. */
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
            long minimumSamples,

            @Schema(description = "the guardrail's share of the test's alpha")
            double alpha,

            long samples,
            @Nullable Double estimate,

            @Schema(description = "ends of the (1 - alpha) confidence sequence; null below the minimum of samples")
            @Nullable Double lower,

            @Nullable Double upper,

            @Schema(
                    description =
                            "natural logarithm of the e-value; null where the interval alone decides, and where it is infinite")
            @Nullable Double logE,

            @Schema(description = "min(1, 1/e)") @Nullable Double pValue,
            String reason) {

        static GuardrailView of(Finding finding, Mode mode) {
            Guardrail guardrail = finding.guardrail();
            return new GuardrailView(
                    guardrail.measure().wireName(),
                    finding.state().wireName(),
                    finding.required(),
                    guardrail.remedyIn(mode).wireName(),
                    guardrail.limit(),
                    guardrail.minimumSamples(),
                    finding.alpha(),
                    finding.samples(),
                    finite(finding.estimate()),
                    finite(finding.shownLower()),
                    finite(finding.shownUpper()),
                    finite(finding.shownLogE()),
                    PValue.of(finding.shownLogE()),
                    finding.reason());
        }
    }

    /** A figure beside those of the guardrails. */
    @Schema(name = "Figure")
    record FigureView(
            String name,
            String title,

            @Schema(enumeration = {"fraction", "milliseconds", "confidence"})
            String unit,

            @Schema(description = "what the estimate would be if nothing were wrong") @Nullable Double expected,

            @Nullable Double estimate,
            @Nullable Double lower,
            @Nullable Double upper,
            @Nullable Double logE,
            @Nullable Double pValue,
            long samples,
            @Nullable Long controlSamples,
            @Nullable Long treatmentSamples,

            @Schema(description = "how it was computed and what that assumes")
            String method) {

        static FigureView of(Figure figure) {
            return new FigureView(
                    figure.name(),
                    figure.title(),
                    figure.unit().wireName(),
                    finite(figure.expected()),
                    finite(figure.estimate()),
                    finite(figure.lower()),
                    finite(figure.upper()),
                    finite(figure.logE()),
                    finite(figure.pValue()),
                    figure.samples(),
                    figure.controlSamples(),
                    figure.treatmentSamples(),
                    figure.method());
        }
    }

    /** JSON has no other numbers. */
    private static @Nullable Double finite(@Nullable Double figure) {
        return figure == null || !Double.isFinite(figure) ? null : figure;
    }
}
