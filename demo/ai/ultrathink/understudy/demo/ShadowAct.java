package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** First act: both models answer every trading day, callers get control's answer, and the answers are compared. */
final class ShadowAct {

    private static final String[] ACTIONS = {"HOLD", "BUY", "SELL"};

    private final Api api;
    private final DemoExperiments experiments;
    private final List<MarketDay> history;

    ShadowAct(Api api, DemoExperiments experiments, List<MarketDay> history) {
        this.api = api;
        this.experiments = experiments;
        this.history = history;
    }

    /** Plays it and returns the experiment's id. */
    String play() throws IOException, InterruptedException {
        String id = experiments.create("bull_v2_shadow", "shadow", 0);
        System.out.println("\n1. Shadow " + id + ": both models answer, callers get control's answer");
        List<PredictionReplay.Answered> answers = new PredictionReplay(api, 1)
                .run(history.stream()
                        .map(day -> new PredictionReplay.Question(day.date(), day.date(), day))
                        .toList());
        experiments.flush(id);
        experiments.disable(id);

        JsonNode comparison = experiments.stats(id).path("metrics").path("comparison");
        System.out.println("   " + PredictionReplay.waits(answers));
        System.out.printf(
                "   The models agree on %.1f%% of the days; what control (rows) and treatment (columns) said:%n",
                100 * comparison.path("agreement_rate").asDouble());
        printMatrix(experiments.actions(id).path("matrix"));
        return id;
    }

    private static void printMatrix(JsonNode matrix) {
        Table table = new Table().row("", ACTIONS[0], ACTIONS[1], ACTIONS[2]);
        for (String control : ACTIONS) {
            JsonNode row = matrix.path(control);
            table.row(control, row.path(ACTIONS[0]), row.path(ACTIONS[1]), row.path(ACTIONS[2]));
        }
        table.print();
    }
}
