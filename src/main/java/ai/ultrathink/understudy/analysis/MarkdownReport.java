package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.storage.Disagreement;
import java.util.Locale;

/** A report as a document to paste into a review. Every number in it is one of the report's, shown with four digits. */
public final class MarkdownReport {

    private MarkdownReport() {}

    /** The document. */
    public static String render(Report report) {
        StringBuilder document = new StringBuilder();
        head(document, report);
        section(document, "Reasons", bullets(report.judgement().reasons()));
        section(document, "Guardrails", guardrails(report));
        section(document, "Figures", figures(report.figures()));
        if (!report.disagreements().isEmpty()) {
            section(document, "The latest disagreements", disagreements(report));
        }
        section(document, "The last " + report.window().timeWindowHours() + " h, to look at", window(report.window()));
        section(document, "What is assumed", bullets(report.assumptions()));
        return document.toString();
    }

    private static void head(StringBuilder document, Report report) {
        Experiment test = report.test();
        document.append("# ")
                .append(test.testId())
                .append(": ")
                .append(words(report.judgement().verdict().wireName()))
                .append("\n\n")
                .append(new MarkdownTable(2, "", "")
                        .row("treatment", code(test.treatmentModel()))
                        .row("control", code(test.controlModel()))
                        .row("mode", words(test.mode().wireName()) + (test.enabled() ? "" : ", disabled"))
                        .row("split", test.shadow() ? Shown.NOTHING : Shown.number(test.split().fraction()))
                        .row("generation", String.valueOf(test.generation()))
                        .row("created", String.valueOf(test.createdAt()))
                        .row("report of", String.valueOf(report.generatedAt()))
                        .row("judged by", "Understudy " + report.serviceVersion())
                        .render());
        if (!test.description().isBlank()) {
            document.append('\n').append(text(test.description())).append('\n');
        }
    }

    private static String guardrails(Report report) {
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
                "minimum");
        StringBuilder reasons = new StringBuilder();
        for (Finding finding : report.judgement().findings()) {
            Guardrail guardrail = finding.guardrail();
            String measure = words(guardrail.measure().wireName());
            table.row(
                    measure,
                    finding.state().wireName(),
                    finding.required() ? "yes" : "no",
                    words(guardrail.remedyIn(report.test().mode()).wireName()),
                    Shown.number(guardrail.limit()),
                    Shown.number(finding.estimate()),
                    Shown.interval(finding.lower(), finding.upper()),
                    Shown.number(PValue.of(finding.logE())),
                    Shown.count(finding.samples()),
                    Shown.count(guardrail.minimumSamples()));
            reasons.append("- ").append(measure).append(": ").append(text(finding.reason())).append('\n');
        }
        return table.render() + "\n" + reasons;
    }

    private static String figures(Figures figures) {
        MarkdownTable table = new MarkdownTable(
                2, "figure", "unit", "expected", "estimate", "interval", "p", "samples", "control", "treatment");
        StringBuilder methods = new StringBuilder();
        for (Figure figure : figures.each()) {
            table.row(
                    text(figure.title()),
                    figure.unit().wireName(),
                    Shown.number(figure.expected()),
                    Shown.number(figure.estimate()),
                    Shown.interval(figure.lower(), figure.upper()),
                    Shown.number(figure.pValue()),
                    Shown.count(figure.samples()),
                    Shown.count(figure.controlSamples()),
                    Shown.count(figure.treatmentSamples()));
            methods.append("- ")
                    .append(text(figure.title()))
                    .append(": ")
                    .append(text(figure.method()))
                    .append('\n');
        }
        return "Each interval holds with a confidence of " + Shown.number(figures.confidence()) + ", at every look.\n\n"
                + table.render() + "\n" + methods;
    }

    private static String disagreements(Report report) {
        MarkdownTable table = new MarkdownTable(3, "time", "request", "symbol", "control", "", "treatment", "");
        for (Disagreement row : report.disagreements()) {
            table.row(
                    String.valueOf(row.time()),
                    text(row.requestId()),
                    text(row.symbol()),
                    row.controlAction(),
                    Shown.number(row.controlConfidence()),
                    row.treatmentAction(),
                    Shown.number(row.treatmentConfidence()));
        }
        return table.render();
    }

    private static String window(TestStatistics window) {
        TestStatistics.Arm control = window.metrics().control();
        TestStatistics.Arm treatment = window.metrics().treatment();
        return new MarkdownTable(1, "", "control", "treatment")
                .row("requests", requests(window, window.controlCount()), requests(window, window.treatmentCount()))
                .row("mean confidence", Shown.number(control.avgConfidence()), Shown.number(treatment.avgConfidence()))
                .row("mean latency, ms", Shown.number(control.avgLatencyMs()), Shown.number(treatment.avgLatencyMs()))
                .row("50% latency, ms", Shown.number(control.p50LatencyMs()), Shown.number(treatment.p50LatencyMs()))
                .row("95% latency, ms", Shown.number(control.p95LatencyMs()), Shown.number(treatment.p95LatencyMs()))
                .row("99% latency, ms", Shown.number(control.p99LatencyMs()), Shown.number(treatment.p99LatencyMs()))
                .row("errors", Shown.count(control.errorCount()), Shown.count(treatment.errorCount()))
                .row("fallbacks", Shown.count(control.fallbackCount()), Shown.count(treatment.fallbackCount()))
                .render();
    }

    /** A shadow row is a request of both. */
    private static String requests(TestStatistics window, long assigned) {
        return Shown.count(assigned + window.shadowCount());
    }

    private static void section(StringBuilder document, String title, String content) {
        document.append("\n## ").append(title).append("\n\n").append(content);
    }

    private static String bullets(Iterable<String> lines) {
        StringBuilder list = new StringBuilder();
        lines.forEach(line -> list.append("- ").append(text(line)).append('\n'));
        return list.toString();
    }

    private static String words(String wireName) {
        return wireName.replace('_', ' ').replace("p95", "95%").toLowerCase(Locale.ROOT);
    }

    private static String code(String name) {
        return "`" + name + "`";
    }

    /** Text from outside, on one line and without power over the document. */
    private static String text(String text) {
        return text.replaceAll("[\\n\\r\\t]+", " ").replaceAll("([\\\\`*_\\[\\]<>|#~])", "\\\\$1");
    }
}
