package ai.ultrathink.understudy.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How long to measure, and where the report goes.
 *
 * @param seconds of each run at saturation
 * @param rounds over all that is measured at saturation
 * @param pacedRounds over the modes at a constant rate; more and shorter, because a 99th percentile hears every neighbour
 * @param pacedSeconds of each of those
 * @param waitingRows that gather in the journal before it is drained
 * @param report where the report is written
 * @param microbenchmarks what JMH wrote in the same run, or an empty path
 */
record BenchSettings(
        int seconds,
        int rounds,
        int pacedRounds,
        int pacedSeconds,
        int waitingRows,
        Path report,
        Path microbenchmarks) {

    static final Path DIRECTORY = Path.of("target/bench");

    /** What a run stores; emptied by the next. */
    static final Path DATA = DIRECTORY.resolve("data");

    private static final int FULL_SECONDS = 8;
    private static final int FULL_ROUNDS = 3;
    private static final int PACED_ROUNDS = 4;
    private static final int LEAST_SECONDS = 2;
    private static final int ROWS_A_SECOND = 150_000;

    /** A full run writes docs/benchmarks.md; one that BENCH_SECONDS or BENCH_ROUNDS makes shorter writes under target. */
    static BenchSettings of(Map<String, String> environment) {
        int seconds = number(environment, "BENCH_SECONDS", FULL_SECONDS);
        int rounds = number(environment, "BENCH_ROUNDS", FULL_ROUNDS);
        boolean full = seconds >= FULL_SECONDS && rounds >= FULL_ROUNDS;
        String report = environment.getOrDefault(
                "BENCH_REPORT",
                full ? "docs/benchmarks.md" : DIRECTORY.resolve("benchmarks.md").toString());
        return new BenchSettings(
                seconds,
                rounds,
                rounds * PACED_ROUNDS,
                Math.max(LEAST_SECONDS, seconds / 2),
                seconds * ROWS_A_SECOND,
                Path.of(report),
                Path.of(environment.getOrDefault("BENCH_JMH_RESULTS", "")));
    }

    Duration run() {
        return Duration.ofSeconds(seconds);
    }

    Duration pacedRun() {
        return Duration.ofSeconds(pacedSeconds);
    }

    private static int number(Map<String, String> environment, String name, int otherwise) {
        String value = environment.getOrDefault(name, String.valueOf(otherwise));
        if (!value.matches("[1-9][0-9]{0,3}")) {
            throw new BenchFailedException(name + ": got \"" + value + "\"; allowed: a number from 1 to 9999");
        }
        return Integer.parseInt(value);
    }
}
