package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.testkit.MeasuredPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where summaries go: a line each on the console, and the table of docs/simulation.md. */
final class SimulationReport {

    private static final MeasuredPart DOCUMENT = new MeasuredPart(Path.of("docs", "simulation.md"), "make simulate");

    private SimulationReport() {}

    static String line(Summary summary) {
        return "%-32s %,6d runs  false %s  missed %s  %s  %.1f s"
                .formatted(
                        summary.scenario().name(),
                        summary.runs(),
                        falseAlarms(summary),
                        missed(summary),
                        found(summary),
                        summary.seconds());
    }

    /** Replaces the table of the document by one of this run. */
    static void write(List<Summary> summaries, String circumstances) throws IOException {
        DOCUMENT.write(table(summaries, circumstances));
    }

    private static String table(List<Summary> summaries, String circumstances) {
        return circumstances
                + "\n\n| scenario | what happens | expected | runs × looks | wrongly decided | missed | found after, median / 95%"
                + " | asked for | seconds |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
                + summaries.stream().map(SimulationReport::row).collect(Collectors.joining());
    }

    private static String row(Summary summary) {
        Scenario scenario = summary.scenario();
        return "| %s | %s | %s | %,d × %,d | %s | %s | %s | %s | %.0f |%n"
                .formatted(
                        scenario.name(),
                        scenario.story(),
                        expected(scenario.expectation()),
                        summary.runs(),
                        scenario.looks(),
                        falseAlarms(summary),
                        missed(summary),
                        found(summary),
                        target(summary, scenario.target()),
                        summary.seconds());
    }

    private static String expected(Expectation expectation) {
        return switch (expectation) {
            case Expectation.Harmless harmless -> "no rollback";
            case Expectation.Silence silence -> "insufficient data, always";
            case Expectation.Finish finish -> "the ramp finishes";
            case Expectation.Rollback rollback ->
                "rollback for " + rollback.metric().wireName();
        };
    }

    private static String falseAlarms(Summary summary) {
        return "%s (%s–%s)"
                .formatted(
                        percent(summary.falseAlarmRate()),
                        percent(summary.falseAlarmsAtLeast()),
                        percent(summary.falseAlarmsAtMost()));
    }

    private static String missed(Summary summary) {
        return switch (summary.scenario().expectation()) {
            case Expectation.Harmless harmless -> "–";
            case Expectation.Silence silence -> "–";
            case Expectation.Finish finish -> "%,d".formatted(summary.missed());
            case Expectation.Rollback rollback -> "%,d".formatted(summary.missed());
        };
    }

    private static String found(Summary summary) {
        return switch (summary.scenario().expectation()) {
            case Expectation.Harmless harmless -> "–";
            case Expectation.Silence silence -> "–";
            case Expectation.Finish finish -> samples(summary, "requests");
            case Expectation.Rollback rollback -> samples(summary, rollback.counted());
        };
    }

    private static String samples(Summary summary, String counted) {
        return "%,d / %,d %s".formatted(summary.samples(0.5), summary.samples(0.95), counted);
    }

    private static String target(Summary summary, @Nullable Long target) {
        if (target == null) {
            return "–";
        }
        long median = summary.samples(0.5);
        return median <= target
                ? "%,d: met".formatted(target)
                : "%,d: missed by %,d".formatted(target, median - target);
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * fraction);
    }
}
