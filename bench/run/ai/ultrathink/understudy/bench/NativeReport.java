package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Puts the JVM's figures and the executable's beside each other. The text around the table is the file's own and stays. */
final class NativeReport {

    private static final String BEGIN = "<!-- written by bench/native.sh -->\n";
    private static final String END = "<!-- until here -->\n";
    private static final double READY_MILLIS = 600;
    private static final double MEMORY_MEGABYTES = 250;
    private static final double THROUGHPUT = 0.7;

    private final Map<String, String> facts = new LinkedHashMap<>();
    private final StringBuilder rows = new StringBuilder();

    /** A line about the machine or the run. */
    void add(String name, String value) {
        facts.put(name, value);
    }

    /** Milliseconds until ready; the first start of each found an empty database. */
    void starts(List<Double> jvm, List<Double> compiled) {
        row("ready, on an empty database", "%,.0f ms", jvm.getFirst(), compiled.getFirst(), "");
        double later = median(compiled.subList(1, compiled.size()));
        row(
                "ready, afterwards (median of %d)".formatted(compiled.size() - 1),
                "%,.0f ms",
                median(jvm.subList(1, jvm.size())),
                later,
                goal("at most %.0f ms".formatted(READY_MILLIS), later <= READY_MILLIS));
    }

    /** Its rows are those of the JVM and then those of the executable, in the same order. */
    void load(Saturation saturation) {
        List<Saturation.Row> all = saturation.rows();
        int half = all.size() / 2;
        for (int i = 0; i < half; i++) {
            Saturation.Row jvm = all.get(i);
            Saturation.Row compiled = all.get(half + i);
            double ratio = compiled.rate() / jvm.rate();
            row(
                    jvm.what() + ", requests/s",
                    "%,.0f",
                    jvm.rate(),
                    compiled.rate(),
                    i == 0 ? goal("at least %.1f of the JVM's".formatted(THROUGHPUT), ratio >= THROUGHPUT) : "");
            quantile("p50", jvm, compiled, Wrk.Result::p50);
            quantile("p99", jvm, compiled, Wrk.Result::p99);
            row("failures", "%,.0f", failures(jvm), failures(compiled), "");
        }
    }

    private void quantile(
            String name, Saturation.Row jvm, Saturation.Row compiled, ToDoubleFunction<Wrk.Result> figure) {
        row(name, "%.2f ms", Medians.of(jvm.runs(), figure), Medians.of(compiled.runs(), figure), "");
    }

    private static double failures(Saturation.Row row) {
        return row.runs().stream().mapToLong(Wrk.Result::failures).sum();
    }

    /** The most that each held after all of the load. */
    void memory(double jvm, double compiled) {
        row(
                "most memory held, resident",
                "%,.0f MB",
                jvm,
                compiled,
                goal("at most %.0f MB".formatted(MEMORY_MEGABYTES), compiled <= MEMORY_MEGABYTES));
    }

    private void row(String what, String format, double jvm, double compiled, String goal) {
        String ratio = jvm == 0 ? "–" : String.format(Locale.ROOT, "%.2f", compiled / jvm);
        rows.append("| %s | %s | %s | %s | %s |%n"
                .formatted(
                        what,
                        String.format(Locale.ROOT, format, jvm),
                        String.format(Locale.ROOT, format, compiled),
                        ratio,
                        goal));
    }

    private static String goal(String goal, boolean reached) {
        return goal + (reached ? ": reached" : ": **missed**");
    }

    private static double median(List<Double> values) {
        return Medians.of(values, value -> value);
    }

    /** Replaces what an earlier run wrote between the two marks of a file. */
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(BEGIN);
        text.append("Written by `bench/native.sh` on %s.%n%n".formatted(LocalDate.now(ZoneOffset.UTC)));
        text.append("| | |\n| --- | --- |\n");
        facts.forEach((name, value) -> text.append("| %s | %s |%n".formatted(name, value)));
        text.append("\n| | JVM | native | native / JVM | goal |\n| --- | --- | --- | --- | --- |\n");
        text.append(rows).append(END);
        String before = Files.readString(file);
        int begin = before.indexOf(BEGIN);
        int end = before.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new BenchFailedException(file + " has no place for the figures, between " + BEGIN + " and " + END);
        }
        Files.writeString(file, before.substring(0, begin) + text + before.substring(end + END.length()));
        System.out.println("Wrote " + file);
    }
}
