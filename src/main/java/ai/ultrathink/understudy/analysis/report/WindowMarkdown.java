package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.window.WindowStatistics;

/** The statistics of a window of time as a table. */
final class WindowMarkdown {

    private WindowMarkdown() {}

    static String table(WindowStatistics window) {
        WindowStatistics.Arm control = window.metrics().control();
        WindowStatistics.Arm treatment = window.metrics().treatment();
        return new MarkdownTable(1, "", "control", "treatment")
                .row("requests", requests(window, window.controlCount()), requests(window, window.treatmentCount()))
                .row(
                        "mean confidence",
                        NumberFormat.number(control.avgConfidence()),
                        NumberFormat.number(treatment.avgConfidence()))
                .row(
                        "mean latency, ms",
                        NumberFormat.number(control.avgLatencyMs()),
                        NumberFormat.number(treatment.avgLatencyMs()))
                .row(
                        "50% latency, ms",
                        NumberFormat.number(control.p50LatencyMs()), NumberFormat.number(treatment.p50LatencyMs()))
                .row(
                        "95% latency, ms",
                        NumberFormat.number(control.p95LatencyMs()), NumberFormat.number(treatment.p95LatencyMs()))
                .row(
                        "99% latency, ms",
                        NumberFormat.number(control.p99LatencyMs()), NumberFormat.number(treatment.p99LatencyMs()))
                .row("errors", NumberFormat.count(control.errorCount()), NumberFormat.count(treatment.errorCount()))
                .row(
                        "fallbacks",
                        NumberFormat.count(control.fallbackCount()),
                        NumberFormat.count(treatment.fallbackCount()))
                .render();
    }

    /** Requests of an arm. A shadow row is a request of both arms. */
    private static String requests(WindowStatistics window, long assigned) {
        return NumberFormat.count(assigned + window.shadowCount());
    }
}
