package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.storage.Disagreement;
import ai.ultrathink.understudy.storage.Promotion;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A report as a document to paste into a review. Every number in it is one of the report's, shown with four digits. */
public final class MarkdownReport {

    private MarkdownReport() {}

    /**
     * The document.
     *
     * @param remedies the mode by which a breach is dealt with where its guardrail leaves that open
     * @param promotion that is in force and that the test has led to, or null
     */
    public static String render(Report report, Mode remedies, @Nullable Promotion promotion) {
        StringBuilder document = new StringBuilder();
        head(document, report, promotion);
        section(document, "Reasons", bullets(report.judgement().reasons()));
        section(document, "Guardrails", guardrails(report, remedies));
        section(document, "Figures", figures(report.figures()));
        if (!report.phases().isEmpty()) {
            section(document, "What was seen, and of which models", phases(report.phases()));
        }
        if (!report.disagreements().isEmpty()) {
            section(document, "The latest disagreements", disagreements(report));
        }
        section(document, "The last " + report.window().timeWindowHours() + " h, to look at", window(report.window()));
        section(document, "What is assumed", bullets(report.assumptions()));
        if (!seen(report.figures()).isEmpty()) {
            section(document, "How the figures were computed", methods(report.figures()));
        }
        return document.toString();
    }

    private static void head(StringBuilder document, Report report, @Nullable Promotion promotion) {
        Experiment test = report.test();
        MarkdownTable table = new MarkdownTable(2, "test", code(test.testId()))
                .row("treatment", model(test.treatmentModel(), report.phases(), ShownPhase::treatment))
                .row("control", model(test.controlModel(), report.phases(), ShownPhase::control))
                .row("mode", words(test.mode().wireName()) + (test.enabled() ? "" : ", disabled"))
                .row(
                        "split",
                        test.shadow()
                                ? Digits.NOTHING
                                : Digits.number(test.split().fraction()))
                .row("generation", String.valueOf(test.generation()))
                .row("created", String.valueOf(test.createdAt()))
                .row("report of", String.valueOf(report.generatedAt()))
                .row("judged by", "Understudy " + report.serviceVersion());
        if (promotion != null) {
            table.row("promoted", promotion.since() + " by " + text(promotion.by()));
            if (promotion.override() != null) {
                table.row("whatever the verdict was, because", text(promotion.override()));
            }
        }
        document.append("# ")
                .append(test.testId())
                .append(": ")
                .append(words(report.judgement().verdict().wireName()))
                .append("\n\n")
                .append(table.render());
        if (!test.description().isBlank()) {
            document.append('\n').append(text(test.description())).append('\n');
        }
    }

    /** The one version that was seen of a model, which after a promotion is that of another; its name where none is known. */
    private static String model(String name, List<ShownPhase> phases, Function<ShownPhase, @Nullable String> ofPhase) {
        List<String> seen = phases.stream()
                .map(ofPhase)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
        List<String> versions = seen.stream()
                // from before digests were recorded
                .filter(version -> seen.stream().noneMatch(other -> other.startsWith(version + "#")))
                .toList();
        if (versions.isEmpty()) {
            return code(name);
        }
        if (versions.size() > 1) {
            return code(name) + ", several versions, see phases";
        }
        String version = versions.getFirst();
        return version.startsWith(name + "@") ? code(version) : code(name) + ", answered by " + code(version);
    }

    private static String guardrails(Report report, Mode remedies) {
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
        for (Finding finding : report.judgement().findings()) {
            Guardrail guardrail = finding.guardrail();
            table.row(
                    words(guardrail.measure().wireName()),
                    finding.state().wireName(),
                    finding.required() ? "yes" : "no",
                    words(guardrail.remedyIn(remedies).wireName()),
                    Digits.number(guardrail.limit()),
                    Digits.number(finding.estimate()),
                    Digits.interval(finding.shownLower(), finding.shownUpper()),
                    Digits.number(PValue.of(finding.shownLogE())),
                    Digits.count(finding.samples()),
                    Digits.count(guardrail.minimumSamples()));
        }
        return table.render() + others(report.judgement());
    }

    /** What is said of the guardrails that did not decide. */
    private static String others(Judgement judgement) {
        List<String> others = judgement.findings().stream()
                .map(Finding::reason)
                .filter(reason -> !judgement.reasons().contains(reason))
                .toList();
        return others.isEmpty() ? "" : "\n" + bullets(others);
    }

    private static String figures(Figures figures) {
        MarkdownTable table = new MarkdownTable(
                2, "figure", "unit", "expected", "estimate", "interval", "p", "samples", "control", "treatment");
        for (Figure figure : seen(figures)) {
            table.row(
                    text(figure.title()),
                    figure.unit().wireName(),
                    Digits.number(figure.expected()),
                    Digits.number(figure.estimate()),
                    Digits.interval(figure.lower(), figure.upper()),
                    Digits.number(figure.pValue()),
                    Digits.count(figure.samples()),
                    Digits.count(figure.controlSamples()),
                    Digits.count(figure.treatmentSamples()));
        }
        return "Each interval holds with a confidence of " + Digits.number(figures.confidence())
                + ", at every look.\n\n" + table.render() + unseen(figures);
    }

    private static List<Figure> seen(Figures figures) {
        return figures.each().stream()
                .filter(figure -> figure.estimate() != null)
                .toList();
    }

    /** What a reader may look for in vain. */
    private static String unseen(Figures figures) {
        List<String> titles = figures.each().stream()
                .filter(figure -> figure.estimate() == null)
                .map(Figure::title)
                .toList();
        return titles.isEmpty() ? "" : "\nWithout data: " + text(String.join("; ", titles)) + ".\n";
    }

    private static String methods(Figures figures) {
        return bullets(seen(figures).stream()
                .map(figure -> figure.title() + ": " + figure.method())
                .toList());
    }

    private static String phases(List<ShownPhase> phases) {
        MarkdownTable table = new MarkdownTable(
                4, "generation", "split", "control", "treatment", "requests", "pairs", "agreement", "judged");
        for (ShownPhase phase : phases) {
            table.row(
                    String.valueOf(phase.generation()),
                    phase.split() == null ? "shadow" : Digits.number(phase.split()),
                    phase.control() == null ? Digits.NOTHING : code(phase.control()),
                    phase.treatment() == null ? Digits.NOTHING : code(phase.treatment()),
                    Digits.count(phase.controlRequests() + phase.treatmentRequests() + phase.shadowRequests()),
                    Digits.count(phase.pairs()),
                    Digits.number(phase.agreementRate()),
                    phase.judged() ? "yes" : "no");
        }
        return table.render();
    }

    private static String disagreements(Report report) {
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
                    text(row.requestId()),
                    text(row.symbol()),
                    row.controlAction(),
                    row.treatmentAction(),
                    Digits.number(row.controlConfidence()),
                    Digits.number(row.treatmentConfidence()));
        }
        return table.render();
    }

    private static String window(TestStatistics window) {
        TestStatistics.Arm control = window.metrics().control();
        TestStatistics.Arm treatment = window.metrics().treatment();
        return new MarkdownTable(1, "", "control", "treatment")
                .row("requests", requests(window, window.controlCount()), requests(window, window.treatmentCount()))
                .row(
                        "mean confidence",
                        Digits.number(control.avgConfidence()),
                        Digits.number(treatment.avgConfidence()))
                .row("mean latency, ms", Digits.number(control.avgLatencyMs()), Digits.number(treatment.avgLatencyMs()))
                .row("50% latency, ms", Digits.number(control.p50LatencyMs()), Digits.number(treatment.p50LatencyMs()))
                .row("95% latency, ms", Digits.number(control.p95LatencyMs()), Digits.number(treatment.p95LatencyMs()))
                .row("99% latency, ms", Digits.number(control.p99LatencyMs()), Digits.number(treatment.p99LatencyMs()))
                .row("errors", Digits.count(control.errorCount()), Digits.count(treatment.errorCount()))
                .row("fallbacks", Digits.count(control.fallbackCount()), Digits.count(treatment.fallbackCount()))
                .render();
    }

    /** A shadow row is a request of both. */
    private static String requests(TestStatistics window, long assigned) {
        return Digits.count(assigned + window.shadowCount());
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
        return wireName.replace('_', ' ');
    }

    private static String code(String name) {
        return "`" + name + "`";
    }

    /** Text from outside, on one line and without power over the document. */
    private static String text(String text) {
        return text.replaceAll("[\\n\\r\\t]+", " ").replaceAll("([\\\\`*_\\[\\]<>|#~])", "\\\\$1");
    }
}
