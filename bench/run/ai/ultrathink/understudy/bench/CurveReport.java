package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes down what callers wait over the rate of requests, and the goals for it. */
final class CurveReport {

    private static final String COMMAND = "make bench-curve";
    private static final int GOALS_AT = 50;

    private final BenchSettings settings;
    private final List<LatencyCurve> curves;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    /** @param curves filled before the report is written */
    CurveReport(BenchSettings settings, List<LatencyCurve> curves) {
        this.settings = settings;
        this.curves = curves;
    }

    /** A line about the machine or the run. */
    void add(String name, String value) {
        facts.put(name, value);
    }

    void write() throws IOException, InterruptedException {
        add("processor", Machine.processor());
        add("memory", Machine.memory());
        add("system", Machine.kernel());
        add("JDK", Machine.jdk());
        add("commit", Machine.commit());
        line("Written on %s.", LocalDate.now(ZoneOffset.UTC));
        line("\n| | |\n| --- | --- |");
        facts.forEach((name, value) -> line("| %s | %s |", name, value));
        goals();
        for (LatencyCurve curve : curves) {
            curve(curve);
        }
        settings.write(COMMAND, text.toString());
    }

    private void goals() {
        line(
                "\nGoals, at %d%% of the requests a second at which a shadow is saturated. Each round gives one quotient; the median of %d rounds counts, lowest–highest in brackets.\n",
                GOALS_AT, settings.rounds());
        line("| the service has | what | goal | measured | reached |\n| --- | --- | --- | --- | --- |");
        for (LatencyCurve curve : curves) {
            boolean own = curve.placement() == CorePlacement.OWN_CORE;
            goal(curve, Mode.SHADOW, 50, own ? 1.10 : 1.25);
            goal(curve, Mode.SHADOW, 99, own ? 1.25 : 1.60);
            goal(curve, Mode.SPLIT, 50, own ? 1.05 : 1.15);
        }
    }

    private void goal(LatencyCurve curve, Mode mode, int percentile, double most) {
        Spread measured = curve.overNoTest(new CurvePoint(GOALS_AT, mode), percentile);
        line(
                "| %s | p%d in %s over no test | ≤ %.2f | %s | %s |",
                curve.placement().text(),
                percentile,
                text(mode),
                most,
                measured.text("%.2f"),
                measured.median() <= most ? "yes" : "**no**");
    }

    private void curve(LatencyCurve curve) {
        line(
                "\n### The service has %s\n\nA shadow is saturated at %,.0f requests/s. Medians of %d rounds of %d s, lowest–highest in brackets; ms.\n",
                curve.placement().text(), curve.saturation(), settings.rounds(), settings.seconds());
        line(
                "| load | requests/s | mode | p50 | p99 | p99.9 | p50 over no test | p99 over no test | sent late, p99 | failures |");
        line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int percent : LatencyCurve.PERCENTS) {
            for (Mode mode : Mode.values()) {
                point(curve, new CurvePoint(percent, mode));
            }
        }
        long late = curve.runs().values().stream()
                .flatMap(List::stream)
                .filter(run -> !run.punctual())
                .count();
        long runs = curve.runs().values().stream().mapToLong(List::size).sum();
        line(
                "\nIn %d of %d runs the generator did not keep to its timetable: it turned to more than one request in a hundred over %.1f ms late.",
                late, runs, LoadResult.PUNCTUAL_MILLIS);
    }

    private void point(LatencyCurve curve, CurvePoint point) {
        boolean compared = point.mode() != Mode.NO_TEST;
        line(
                "| %d%% | %,.0f | %s | %s | %s | %s | %s | %s | %s | %,d |",
                point.percent(),
                curve.rate(point),
                text(point.mode()),
                curve.latency(point, 50).text("%.3f"),
                curve.latency(point, 99).text("%.2f"),
                curve.latency(point, 99.9).text("%.2f"),
                compared ? curve.overNoTest(point, 50).text("%.2f") : "–",
                compared ? curve.overNoTest(point, 99).text("%.2f") : "–",
                Spread.of(curve.at(point).stream()
                                .mapToDouble(run -> run.lateness().millis(99)))
                        .text("%.2f"),
                curve.at(point).stream().mapToLong(LoadResult::failures).sum());
    }

    private static String text(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency for this one method
    private void line(String format, Object... arguments) {
        // a line without arguments is meant as it stands
        text.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }
}
