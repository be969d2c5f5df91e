package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeSummary;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Mode;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Renders a report as a Markdown document for a review. Every number is one of the report's, with four significant
 * digits.
 */
public final class MarkdownReport {

    private MarkdownReport() {}

    /**
     * The document.
     *
     * @param defaults the mode that decides the action of a guardrail without an action of its own
     * @param promotion the promotion in force that came from this experiment, or null
     */
    public static String render(ExperimentReport report, Mode defaults, @Nullable Promotion promotion) {
        StringBuilder document = new StringBuilder();
        head(document, report, promotion);
        Markdown.section(
                document, "Reasons", Markdown.bullets(report.evaluation().reasons()));
        Markdown.section(document, "Guardrails", guardrails(report, defaults));
        OutcomeSummary outcomes = report.outcomes();
        if (outcomes != null) {
            Markdown.section(document, "Earnings", Markdown.bullets(outcomes.lines()));
        }
        Markdown.section(document, "Figures", figures(report.figures()));
        if (!report.phases().isEmpty()) {
            Markdown.section(document, "Evidence by phase and model version", phases(report.phases()));
        }
        if (!report.disagreements().isEmpty()) {
            Markdown.section(document, "Latest disagreements", disagreements(report));
        }
        Markdown.section(
                document,
                "Last " + report.window().timeWindowHours() + " h (for information only)",
                WindowMarkdown.table(report.window()));
        Markdown.section(document, "Assumptions", Markdown.bullets(report.assumptions()));
        if (!seen(report.figures()).isEmpty()) {
            Markdown.section(document, "How the figures were computed", methods(report.figures()));
        }
        return document.toString();
    }

    private static void head(StringBuilder document, ExperimentReport report, @Nullable Promotion promotion) {
        Experiment experiment = report.experiment();
        MarkdownTable table = new MarkdownTable(2, "test", Markdown.code(experiment.testId()))
                .row("treatment", model(experiment.treatmentModel(), report.phases(), ReportPhase::treatment))
                .row("control", model(experiment.controlModel(), report.phases(), ReportPhase::control))
                .row("mode", Markdown.words(experiment.mode().wireName()) + (experiment.enabled() ? "" : ", disabled"))
                .row(
                        "split",
                        experiment.shadow()
                                ? NumberFormat.NOTHING
                                : NumberFormat.number(experiment.split().fraction()))
                .row("generation", String.valueOf(experiment.generation()))
                .row("created", String.valueOf(experiment.createdAt()))
                .row("reported", String.valueOf(report.generatedAt()))
                .row("evaluator", "Understudy " + report.serviceVersion());
        if (!experiment.symbols().all()) {
            table.row(
                    "symbols",
                    Markdown.text(String.join(", ", experiment.symbols().patterns())));
        }
        if (promotion != null) {
            table.row("promoted", promotion.since() + " by " + Markdown.text(promotion.by()));
            if (promotion.approvedBy() != null) {
                table.row("approved by", Markdown.text(promotion.approvedBy()));
            }
            if (promotion.override() != null) {
                table.row("verdict overridden because", Markdown.text(promotion.override()));
            }
        }
        document.append("# ")
                .append(experiment.testId())
                .append(": ")
                .append(Markdown.words(report.evaluation().verdict().wireName()))
                .append("\n\n")
                .append(table.render());
        if (!experiment.description().isBlank()) {
            document.append('\n')
                    .append(Markdown.text(experiment.description()))
                    .append('\n');
        }
    }

    /**
     * The one observed version of a model, which after a promotion is another model's; the name where no version is
     * known.
     */
    private static String model(
            String name, List<ReportPhase> phases, Function<ReportPhase, @Nullable String> ofPhase) {
        List<String> seen = phases.stream()
                .map(ofPhase)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
        List<String> versions = seen.stream()
                // recorded before versions had digests
                .filter(version -> seen.stream().noneMatch(other -> other.startsWith(version + "#")))
                .toList();
        if (versions.isEmpty()) {
            return Markdown.code(name);
        }
        if (versions.size() > 1) {
            return Markdown.code(name) + ", several versions, see phases";
        }
        String version = versions.getFirst();
        return version.startsWith(name + "@")
                ? Markdown.code(version)
                : Markdown.code(name) + ", answered by " + Markdown.code(version);
    }

    private static String guardrails(ExperimentReport report, Mode defaults) {
        MarkdownTable table = new MarkdownTable(
                4,
                "guardrail",
                "state",
                "required",
                "on breach",
                "limit",
                "estimate",
                "interval",
                "p",
                "samples",
                "minimum",
                "to pass");
        for (GuardrailResult result : report.evaluation().results()) {
            Guardrail guardrail = result.guardrail();
            table.row(
                    Markdown.words(guardrail.metric().wireName()),
                    result.state().wireName(),
                    result.required() ? "yes" : "no",
                    Markdown.words(result.actionIn(defaults).wireName()),
                    NumberFormat.number(guardrail.limit()),
                    NumberFormat.number(result.estimate(), guardrail.metric().difference()),
                    NumberFormat.interval(
                            result.shownLower(),
                            result.shownUpper(),
                            guardrail.metric().difference()),
                    NumberFormat.number(result.shownPValue()),
                    NumberFormat.count(result.samples()),
                    NumberFormat.count(result.minimumSamples()),
                    NumberFormat.count(result.minimumToPass()));
        }
        return table.render() + others(report.evaluation());
    }

    /** The reasons of the guardrails that did not decide. */
    private static String others(Evaluation evaluation) {
        List<String> others = evaluation.results().stream()
                .map(GuardrailResult::reason)
                .filter(reason -> !evaluation.reasons().contains(reason))
                .toList();
        return others.isEmpty() ? "" : "\n" + Markdown.bullets(others);
    }

    private static String figures(ReportMetrics figures) {
        MarkdownTable table = new MarkdownTable(
                2, "figure", "unit", "expected", "estimate", "interval", "p", "samples", "control", "treatment");
        for (ReportMetric figure : seen(figures)) {
            table.row(
                    Markdown.text(figure.title()),
                    figure.unit().wireName(),
                    NumberFormat.number(figure.expected()),
                    NumberFormat.number(figure.estimate(), figure.difference()),
                    NumberFormat.interval(figure.lower(), figure.upper(), figure.difference()),
                    NumberFormat.number(figure.pValue()),
                    NumberFormat.count(figure.samples()),
                    NumberFormat.count(figure.controlSamples()),
                    NumberFormat.count(figure.treatmentSamples()));
        }
        return "Intervals have a confidence of " + NumberFormat.number(figures.confidence())
                + " each, valid at every look.\n\n" + table.render() + unseen(figures);
    }

    private static List<ReportMetric> seen(ReportMetrics figures) {
        return figures.each().stream()
                .filter(figure -> figure.estimate() != null)
                .toList();
    }

    /** The figures that have no data. */
    private static String unseen(ReportMetrics figures) {
        List<String> titles = figures.each().stream()
                .filter(figure -> figure.estimate() == null)
                .map(ReportMetric::title)
                .toList();
        return titles.isEmpty() ? "" : "\nWithout data: " + Markdown.text(String.join("; ", titles)) + ".\n";
    }

    private static String methods(ReportMetrics figures) {
        return Markdown.bullets(seen(figures).stream()
                .map(figure -> figure.title() + ": " + figure.method())
                .toList());
    }

    private static String phases(List<ReportPhase> phases) {
        MarkdownTable table = new MarkdownTable(
                4, "generation", "split", "control", "treatment", "requests", "pairs", "agreement", "evaluated");
        for (ReportPhase phase : phases) {
            table.row(
                    String.valueOf(phase.generation()),
                    phase.split() == null ? "shadow" : NumberFormat.number(phase.split()),
                    phase.control() == null ? NumberFormat.NOTHING : Markdown.code(phase.control()),
                    phase.treatment() == null ? NumberFormat.NOTHING : Markdown.code(phase.treatment()),
                    NumberFormat.count(phase.controlRequests() + phase.treatmentRequests() + phase.shadowRequests()),
                    NumberFormat.count(phase.pairs()),
                    NumberFormat.number(phase.agreementRate()),
                    phase.judged() ? "yes" : "no");
        }
        return table.render();
    }

    private static String disagreements(ExperimentReport report) {
        MarkdownTable table = new MarkdownTable(
                5,
                "time",
                "request",
                "symbol",
                "control",
                "treatment",
                "control's confidence",
                "treatment's confidence");
        for (Disagreement row : report.disagreements()) {
            table.row(
                    String.valueOf(row.time()),
                    Markdown.text(row.requestId()),
                    Markdown.text(row.symbol()),
                    row.controlAction(),
                    row.treatmentAction(),
                    NumberFormat.number(row.controlConfidence()),
                    NumberFormat.number(row.treatmentConfidence()));
        }
        return table.render();
    }
}
