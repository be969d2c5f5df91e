package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.MeasuredPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How long to measure, and where the report goes.
 *
 * @param seconds of each run
 * @param rounds over all that is measured in turns
 * @param waitingRows that gather in the journal before it is drained
 * @param report where the report is written
 * @param microbenchmarks what JMH wrote in the same run, or an empty path
 */
record BenchSettings(int seconds, int rounds, int waitingRows, Path report, Path microbenchmarks) {

    static final Path DIRECTORY = Path.of("target/bench");

    /** What a run stores; emptied by the next. */
    static final Path DATA = DIRECTORY.resolve("data");

    /** Two programs write parts of it, each its own. */
    private static final Path DOCUMENT = Path.of("docs/benchmarks.md");

    private static final int FULL_SECONDS = 8;
    private static final int FULL_ROUNDS = 3;
    /** More rounds and shorter ones, because what else the machine does weighs on a 99th percentile. */
    private static final int CURVE_SECONDS = 3;

    private static final int CURVE_ROUNDS = 5;
    private static final int ROWS_A_SECOND = 150_000;

    /** A full run writes docs/benchmarks.md; one that BENCH_SECONDS or BENCH_ROUNDS makes shorter writes under target. */
    static BenchSettings of(Map<String, String> environment) {
        return of(environment, FULL_SECONDS, FULL_ROUNDS, "benchmarks.md");
    }

    /** The same for the curve. */
    static BenchSettings ofCurve(Map<String, String> environment) {
        return of(environment, CURVE_SECONDS, CURVE_ROUNDS, "curve.md");
    }

    private static BenchSettings of(Map<String, String> environment, int fullSeconds, int fullRounds, String brief) {
        int seconds = number(environment, "BENCH_SECONDS", fullSeconds);
        int rounds = number(environment, "BENCH_ROUNDS", fullRounds);
        Path report = seconds >= fullSeconds && rounds >= fullRounds ? DOCUMENT : DIRECTORY.resolve(brief);
        return new BenchSettings(
                seconds,
                rounds,
                seconds * ROWS_A_SECOND,
                Path.of(environment.getOrDefault("BENCH_REPORT", report.toString())),
                Path.of(environment.getOrDefault("BENCH_JMH_RESULTS", "")));
    }

    /**
     * Writes what was measured: into its part of docs/benchmarks.md, or into a file of its own.
     *
     * @param command that measures it, such as {@code make bench}
     */
    void write(String command, String measured) throws IOException {
        if (report.equals(DOCUMENT)) {
            new MeasuredPart(report, command).write(measured);
        } else {
            Files.createDirectories(report.toAbsolutePath().getParent());
            Files.writeString(report, measured);
        }
        System.out.println("Wrote " + report);
    }

    Duration run() {
        return Duration.ofSeconds(seconds);
    }

    private static int number(Map<String, String> environment, String name, int otherwise) {
        String value = environment.getOrDefault(name, String.valueOf(otherwise));
        if (!value.matches("[1-9][0-9]{0,3}")) {
            throw new BenchFailedException(name + ": got \"" + value + "\"; allowed: a number from 1 to 9999");
        }
        return Integer.parseInt(value);
    }
}
