package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes down what was measured, and nothing else. */
final class BenchReport {

    static final String NO_TEST = "no test";
    static final String EXPLAIN = "explain, no model";
    static final String SPLIT = "split 20%, every row stored";
    static final String SHADOW = "shadow, every row stored";

    private final Saturation saturation;
    private final Drain.Result drained;
    private final Microbenchmarks micro;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    BenchReport(Saturation saturation, Drain.Result drained, Microbenchmarks micro) {
        this.saturation = saturation;
        this.drained = drained;
        this.micro = micro;
    }

    /** A line about the machine or the run. */
    void add(String name, String value) {
        facts.put(name, value);
    }

    void write(BenchSettings settings) throws IOException {
        line("Written on %s.\n", LocalDate.now(ZoneOffset.UTC));
        line("| | |\n| --- | --- |");
        facts.forEach((name, value) -> line("| %s | %s |", name, value));
        goals();
        saturation(settings);
        drain();
        microbenchmarks();
        settings.write("make bench", text.toString());
    }

    private void goals() {
        line("\n### Goals\n");
        line("| what | goal | measured | reached |\n| --- | --- | --- | --- |");
        for (Goals.Goal goal : new Goals(saturation, drained, micro).all()) {
            line(
                    "| %s | %s %s | %s | %s |",
                    goal.what(),
                    goal.atLeast() ? "≥" : "≤",
                    goal.text(goal.wanted()),
                    goal.text(goal.measured()),
                    goal.verdict());
        }
    }

    private void saturation(BenchSettings settings) {
        line("\n### At saturation\n");
        line(
                "`wrk -t1 -c%d -d%ds -s bench/wrk/predict.lua`, keep-alive; medians of %d interleaved rounds; everybody else frozen.",
                Wrk.CONNECTIONS, settings.seconds(), settings.rounds());
        line(
                "\n| who | what | requests/s | lowest–highest | p50 | p99 | failures | answered | rows stored | last row after |");
        line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Saturation.Row row : saturation.rows()) {
            boolean stores = row.mode() != Mode.NO_TEST;
            line(
                    "| %s | %s | %,.0f | %,.0f–%,.0f | %.2f ms | %.2f ms | %d | %,d | %s | %s |",
                    row.contender().name(),
                    row.what(),
                    row.rate(),
                    row.runs().stream().mapToDouble(Wrk.Result::rate).min().orElse(Double.NaN),
                    row.runs().stream().mapToDouble(Wrk.Result::rate).max().orElse(Double.NaN),
                    Medians.of(row.runs(), Wrk.Result::p50),
                    Medians.of(row.runs(), Wrk.Result::p99),
                    row.runs().stream().mapToLong(Wrk.Result::failures).sum(),
                    row.answered(),
                    stores
                            ? String.format(Locale.ROOT, "%,d%s", row.stored(), row.allStored() ? "" : " **(not all)**")
                            : "–",
                    stores ? String.format(Locale.ROOT, "%.1f s", Medians.of(row.drainSeconds(), s -> s)) : "–");
        }
        line(
                "\nRows exceed answers by the requests that were under way when wrk left, at most %d a run.",
                Wrk.CONNECTIONS);
    }

    private void drain() {
        line("\n### Draining the journal\n");
        line(
                "PostgreSQL was stopped under load (SIGSTOP) until %,d rows of a split waited in the journal, then went on without load: the last was stored after %.1f s, %,.0f rows a second. Rows missing afterwards: %d.",
                drained.waiting(), drained.seconds(), drained.rate(), drained.missing());
    }

    private void microbenchmarks() {
        line("\n### Microbenchmarks\n");
        if (micro.rows().isEmpty()) {
            line("Not measured in this run.");
            return;
        }
        line(
                "`make jmh`: the mean of a call, or its median where there is a 99th percentile. Allocation is that of all threads, the journal's writer among them.");
        line("\n| benchmark | a call | p99 | allocated |\n| --- | --- | --- | --- |");
        for (Microbenchmarks.Row row : micro.rows()) {
            line(
                    "| %s | %,.0f %s | %s | %,.0f B |",
                    row.name(),
                    row.typical(),
                    row.unit().replace("us", "µs").replace("/op", ""),
                    Double.isNaN(row.p99()) ? "–" : String.format(Locale.ROOT, "%,.0f ns", row.p99()),
                    row.bytes());
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency for this one method
    private void line(String format, Object... arguments) {
        // a line without arguments is meant as it stands
        text.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }
}
