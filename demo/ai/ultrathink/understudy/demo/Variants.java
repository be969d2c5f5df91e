package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** Prints the statistics of an experiment's two variants side by side. */
final class Variants {

    private Variants() {}

    static void print(JsonNode stats) {
        JsonNode control = stats.path("metrics").path("control");
        JsonNode treatment = stats.path("metrics").path("treatment");
        new Table()
                .row("", "control", "treatment")
                .row("model", DemoExperiments.CONTROL, DemoExperiments.TREATMENT)
                .row("requests", count(stats, "control_count"), count(stats, "treatment_count"))
                .row("mean confidence", number(control, "avg_confidence"), number(treatment, "avg_confidence"))
                .row("latency, median", millis(control, "p50"), millis(treatment, "p50"))
                .row("latency, 99%", millis(control, "p99"), millis(treatment, "p99"))
                .print();
    }

    private static String count(JsonNode stats, String name) {
        return String.format("%,d", stats.path(name).asLong());
    }

    private static String number(JsonNode variant, String figure) {
        JsonNode value = variant.path(figure);
        return value.isNumber() ? String.format("%.3f", value.asDouble()) : "none";
    }

    private static String millis(JsonNode variant, String quantile) {
        JsonNode value = variant.path(quantile + "_latency_ms");
        return value.isNumber() ? String.format("%.3f ms", value.asDouble()) : "none";
    }
}
