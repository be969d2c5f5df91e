package ai.ultrathink.understudy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures that the project has set itself, beside those that were measured. */
final class Goals {

    /**
     * One of them.
     *
     * @param measured NaN when it was not measured
     */
    record Goal(String what, boolean atLeast, double wanted, double measured, String unit) {

        String verdict() {
            if (Double.isNaN(measured)) {
                return "not measured";
            }
            return (atLeast ? measured >= wanted : measured <= wanted) ? "yes" : "**no**";
        }

        String text(double value) {
            if (Double.isNaN(value)) {
                return "–";
            }
            String digits = value >= 1000 ? "%,.0f" : value == Math.rint(value) ? "%.0f" : "%.2f";
            return String.format(Locale.ROOT, digits, value) + unit;
        }
    }

    private final List<Goal> goals = new ArrayList<>();

    Goals(Saturation saturation, Drain.Result drained, Microbenchmarks micro) {
        double ours = saturation.rate(UnderstudyContender.NAME, BenchReport.NO_TEST);
        double shadow = saturation.rate(UnderstudyContender.NAME, BenchReport.SHADOW);
        atLeast(
                "no test, requests/s over FastAPI with one worker",
                10,
                ours / saturation.rate(Peer.ONE_WORKER, BenchReport.NO_TEST),
                "×");
        atLeast("the same over two workers", 5, ours / saturation.rate(Peer.TWO_WORKERS, BenchReport.NO_TEST), "×");
        atLeast(
                "no test over explain, which decodes the same body and runs no model",
                0.55,
                ours / saturation.rate(UnderstudyContender.NAME, BenchReport.EXPLAIN),
                "");
        atLeast(
                "shadow with every row stored, over the same in FastAPI with one worker",
                6,
                shadow / saturation.rate(Peer.ONE_WORKER, BenchReport.SHADOW),
                "×");
        atLeast("rows a second from the journal into PostgreSQL", 40_000, drained.rate(), "");
        Microbenchmarks.Row assignment = micro.find("AssignmentBenchmark.assign");
        atMost("assignment", 100, assignment.typical(), " ns");
        // the profiler divides what the JVM allocates in the background by the calls: far below one byte
        atMost("assignment, allocated", 0, Math.floor(assignment.bytes()), " B");
        Microbenchmarks.Row append = micro.find("JournalBenchmark.append");
        atMost("journal append, p50", 1, append.typical() / 1000, " µs");
        atMost("journal append, p99", 20, append.p99() / 1000, " µs");
    }

    List<Goal> all() {
        return goals;
    }

    private void atLeast(String what, double wanted, double measured, String unit) {
        goals.add(new Goal(what, true, wanted, measured, unit));
    }

    private void atMost(String what, double wanted, double measured, String unit) {
        goals.add(new Goal(what, false, wanted, measured, unit));
    }
}
