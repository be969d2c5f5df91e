package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** First act: the second model hears every question and answers none, and the two are compared day by day. */
final class ShadowAct {

    private static final String[] ACTIONS = {"HOLD", "BUY", "SELL"};
    private static final int SHOWN = 5;

    private final Api api;
    private final DemoExperiments tests;
    private final List<MarketDay> history;

    ShadowAct(Api api, DemoExperiments tests, List<MarketDay> history) {
        this.api = api;
        this.tests = tests;
        this.history = history;
    }

    /** Plays it and returns the test's id. */
    String play() throws IOException, InterruptedException {
        String id = tests.create("bull_v2_shadow", "shadow", 0);
        System.out.println("\n1. Shadow test " + id + ": every day is put to both models, control's answer is used");
        List<PredictionReplay.Answered> answers = new PredictionReplay(api, 1)
                .run(history.stream()
                        .map(day -> new PredictionReplay.Question(day.date(), day.date(), day))
                        .toList());
        tests.flush(id);
        tests.disable(id);

        JsonNode stats = tests.stats(id);
        JsonNode comparison = stats.path("metrics").path("comparison");
        String rows = String.format("%,d", stats.path("shadow_count").asLong());
        System.out.println("   One day at a time; " + PredictionReplay.waits(answers) + ".\n");
        Arms.print(stats, rows, rows);
        System.out.printf(
                "%n   The models agree on %.1f%% of the days. Treatment is %s confident (standard deviation %.3f)%n"
                        + "   and its forward pass takes %s on average.%n",
                100 * comparison.path("agreement_rate").asDouble(),
                moreOrLess(comparison.path("avg_confidence_delta").asDouble(), ""),
                comparison.path("stddev_confidence_delta").asDouble(),
                moreOrLess(comparison.path("avg_latency_delta_ms").asDouble(), " ms"));
        printMatrix(tests.actions(id).path("matrix"));
        printDisagreements(id);
        return id;
    }

    private static String moreOrLess(double delta, String unit) {
        return String.format("%.3f%s %s", Math.abs(delta), unit, delta < 0 ? "less" : "more");
    }

    private static void printMatrix(JsonNode matrix) {
        System.out.println("\n   What control said (down) and treatment (across)");
        Table table = new Table().ofNumbers().row("", ACTIONS[0], ACTIONS[1], ACTIONS[2]);
        for (String control : ACTIONS) {
            JsonNode row = matrix.path(control);
            table.row(control, row.path(ACTIONS[0]), row.path(ACTIONS[1]), row.path(ACTIONS[2]));
        }
        table.print();
    }

    private void printDisagreements(String id) throws IOException {
        System.out.println("\n   The last days on which they disagreed");
        Table table = new Table().row("day", "control", "", "treatment", "");
        for (JsonNode day : tests.newestDisagreements(id, SHOWN)) {
            table.row(
                    day.path("request_id").asText(),
                    day.path("control_action").asText(),
                    String.format("%.2f", day.path("control_confidence").asDouble()),
                    day.path("treatment_action").asText(),
                    String.format("%.2f", day.path("treatment_confidence").asDouble()));
        }
        table.print();
    }
}
