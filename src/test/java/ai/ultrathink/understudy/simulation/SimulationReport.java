package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.testkit.MeasuredPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where summaries go: a line each on the console, and the table of docs/simulation.md. */
final class SimulationReport {

    private static final MeasuredPart DOCUMENT = new MeasuredPart(Path.of("docs", "simulation.md"), "make simulate");
    private static final String NONE = "–";

    private SimulationReport() {}

    static String line(Summary summary) {
        return "%-44s %,6d runs  roll-back %s  promote %s  missed %s  %s  ratio %s  %s  %.1f s"
                .formatted(
                        summary.scenario().name(),
                        summary.runs(),
                        rate(summary.falseRollBacks()),
                        falsePromotions(summary),
                        missed(summary),
                        found(summary),
                        ratios(summary),
                        asked(summary),
                        summary.seconds());
    }

    /** Replaces the table of the document by one of this run. */
    static void write(List<Summary> summaries, String circumstances) throws IOException {
        DOCUMENT.write(table(summaries, circumstances));
    }

    private static String table(List<Summary> summaries, String circumstances) {
        return circumstances
                + "\n\n| scenario | what happens | true | runs × looks | false roll-back | false promote | missed"
                + " | found after, median / 95% | ÷ oracle / fixed | asked for | seconds |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
                + summaries.stream().map(SimulationReport::row).collect(Collectors.joining());
    }

    private static String row(Summary summary) {
        Scenario scenario = summary.scenario();
        return "| %s | %s | %s | %,d × %,d | %s | %s | %s | %s | %s | %s | %.0f |%n"
                .formatted(
                        scenario.name(),
                        scenario.story(),
                        truth(scenario.expectation()),
                        summary.runs(),
                        scenario.looks(),
                        rate(summary.falseRollBacks()),
                        falsePromotions(summary),
                        missed(summary),
                        found(summary),
                        ratios(summary),
                        asked(summary),
                        summary.seconds());
    }

    private static String truth(Expectation expectation) {
        return switch (expectation) {
            case Expectation.Kept kept -> "kept";
            case Expectation.AtLimit limit -> "at the limit";
            case Expectation.Silence silence -> "no data";
            case Expectation.Finish finish -> "kept, the ramp finishes";
            case Expectation.Broken broken -> "broken: " + broken.metric().wireName();
        };
    }

    private static String falsePromotions(Summary summary) {
        return summary.scenario().expectation().forbidsPromotion(Long.MAX_VALUE)
                ? rate(summary.falsePromotions())
                : NONE;
    }

    private static String missed(Summary summary) {
        return switch (summary.scenario().expectation()) {
            case Expectation.Finish finish -> percent(missedRate(summary));
            case Expectation.Broken broken -> percent(missedRate(summary));
            case Expectation.Kept kept -> NONE;
            case Expectation.AtLimit limit -> NONE;
            case Expectation.Silence silence -> NONE;
        };
    }

    private static double missedRate(Summary summary) {
        return (double) summary.missed() / summary.runs();
    }

    private static String found(Summary summary) {
        return switch (summary.scenario().expectation()) {
            case Expectation.Finish finish -> samples(summary, "requests");
            case Expectation.Broken broken -> samples(summary, broken.counted());
            case Expectation.Kept kept -> NONE;
            case Expectation.AtLimit limit -> NONE;
            case Expectation.Silence silence -> NONE;
        };
    }

    private static String samples(Summary summary, String counted) {
        Long median = summary.samples(0.5);
        Long late = summary.samples(0.95);
        return median == null
                ? "not by half of the runs"
                : "%,d / %s %s".formatted(median, late == null ? NONE : "%,d".formatted(late), counted);
    }

    private static String ratios(Summary summary) {
        Yardstick best = summary.scenario().yardstick();
        return best == null
                ? NONE
                : ratio(summary.samples(0.5), best.oracle()) + " / " + ratio(summary.samples(0.95), best.fixed());
    }

    private static String ratio(@Nullable Long samples, double best) {
        return samples == null ? NONE : String.format(Locale.ROOT, "%.1f", samples / best);
    }

    private static String asked(Summary summary) {
        Asked asked = summary.scenario().asked();
        List<String> parts = new ArrayList<>();
        parts.add("≤ %s: %s".formatted(most(asked, summary.scenario().expectation()), rates(summary)));
        Long most = asked.samples();
        if (most != null) {
            Long median = summary.samples(0.5);
            parts.add("%,d: %s".formatted(most, median != null && median <= most ? "met" : "not met"));
        }
        return String.join("; ", parts);
    }

    private static String rates(Summary summary) {
        if (summary.keepsFalseRates()) {
            return "met";
        }
        return summary.seemsToKeepFalseRates() ? "not shown" : "not met";
    }

    private static String most(Asked asked, Expectation expectation) {
        String rollBack = "%.0f%%".formatted(100 * asked.falseRollBack());
        String promotion = "%.0f%%".formatted(100 * asked.falsePromotion());
        return expectation.forbidsPromotion(Long.MAX_VALUE) ? rollBack + " and " + promotion : rollBack;
    }

    private static String rate(ErrorRate rate) {
        return "%s (%s–%s)".formatted(percent(rate.rate()), percent(rate.atLeast()), percent(rate.atMost()));
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * fraction);
    }
}
