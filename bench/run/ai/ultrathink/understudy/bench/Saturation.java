package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How many requests a second everybody answers when asked as fast as they can, one after the other, several times around. */
final class Saturation {

    /** The first seconds of a JVM are not its usual ones. */
    private static final int WARM_UPS = 2;

    /**
     * What is measured, and what came of it.
     *
     * @param what for people, such as "shadow, every row stored"
     */
    record Row(
            Contender contender,
            Mode mode,
            String what,
            String path,
            List<Wrk.Result> runs,
            List<Double> drainSeconds,
            List<Long> rows) {

        static Row of(Contender contender, Mode mode, String what, String path) {
            return new Row(contender, mode, what, path, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        double rate() {
            return Medians.of(runs, Wrk.Result::rate);
        }

        long answered() {
            return runs.stream()
                    .mapToLong(run -> run.requests() - run.failures())
                    .sum();
        }

        long stored() {
            return rows.stream().mapToLong(Long::longValue).sum();
        }

        /** Whether each answer has its row; those under way when wrk left have one as well, but no answer. */
        boolean allStored() {
            return stored() >= answered() && stored() <= answered() + (long) runs.size() * Wrk.CONNECTIONS;
        }
    }

    private final BenchSettings settings;
    private final List<Row> rows;
    private final List<Contender> contenders;

    /** @param rows empty ones; others than the one that is measured are frozen meanwhile */
    Saturation(BenchSettings settings, List<Row> rows) {
        this.settings = settings;
        this.rows = rows;
        this.contenders = rows.stream().map(Row::contender).distinct().toList();
    }

    List<Row> rows() {
        return rows;
    }

    /** The median of a row, or NaN when it was not measured. */
    double rate(String contender, String what) {
        return rows.stream()
                .filter(row ->
                        row.contender().name().equals(contender) && row.what().equals(what))
                .mapToDouble(Row::rate)
                .findFirst()
                .orElse(Double.NaN);
    }

    void measure() throws IOException, InterruptedException {
        contenders.forEach(contender -> contender.process().freeze());
        System.out.println("Warming up");
        for (int i = 0; i < WARM_UPS; i++) {
            for (Row row : rows) {
                run(row, false);
            }
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            List<Row> order = new ArrayList<>(rows);
            if (round % 2 == 0) {
                Collections.reverse(order);
            }
            for (Row row : order) {
                run(row, true);
            }
        }
    }

    private void run(Row row, boolean counts) throws IOException, InterruptedException {
        Contender contender = row.contender();
        contender.process().thaw();
        contender.use(row.mode());
        long before = contender.rows(row.mode());
        // half as long is enough, for there are two of them
        var time = counts ? settings.run() : settings.run().dividedBy(2);
        Wrk.Result result = Wrk.saturate(contender.process(), row.path(), Contender.CONTROL, time);
        long start = System.nanoTime();
        contender.drain(before + result.requests() - result.failures());
        double drainSeconds = (System.nanoTime() - start) / 1e9;
        long stored = contender.rows(row.mode()) - before;
        contender.process().freeze();
        if (counts) {
            row.runs().add(result);
            row.drainSeconds().add(drainSeconds);
            row.rows().add(stored);
            System.out.printf(
                    "   %-20s %-28s %,9.0f/s   p50 %6.2f ms   p99 %6.2f ms   %d failures, %,d rows after %.1f s%n",
                    contender.name(),
                    row.what(),
                    result.rate(),
                    result.p50(),
                    result.p99(),
                    result.failures(),
                    stored,
                    drainSeconds);
        }
    }
}
