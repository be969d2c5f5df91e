package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** Prints both arms of a test's statistics side by side. */
final class Arms {

    private Arms() {}

    static void print(JsonNode stats, String controlCount, String treatmentCount) {
        JsonNode control = stats.path("metrics").path("control");
        JsonNode treatment = stats.path("metrics").path("treatment");
        new Table()
                .ofNumbers()
                .row("", "control", "treatment")
                .row("model", DemoExperiments.CONTROL, DemoExperiments.TREATMENT)
                .row("requests", controlCount, treatmentCount)
                .row("mean confidence", number(control, "avg_confidence"), number(treatment, "avg_confidence"))
                .row("latency, median", millis(control, "p50"), millis(treatment, "p50"))
                .row("latency, 95%", millis(control, "p95"), millis(treatment, "p95"))
                .row("latency, 99%", millis(control, "p99"), millis(treatment, "p99"))
                .row("errors", control.path("error_count"), treatment.path("error_count"))
                .print();
    }

    private static String number(JsonNode arm, String figure) {
        JsonNode value = arm.path(figure);
        return value.isNumber() ? String.format("%.3f", value.asDouble()) : "none";
    }

    private static String millis(JsonNode arm, String quantile) {
        JsonNode value = arm.path(quantile + "_latency_ms");
        return value.isNumber() ? String.format("%.3f ms", value.asDouble()) : "none";
    }
}
