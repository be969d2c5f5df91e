package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Third act: the service raises the treatment's share of the accounts step by step. */
final class RampAct {

    private static final int ACCOUNTS = 200_000;
    private static final int AT_A_TIME = 8;
    private static final long SEED = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Api api;
    private final DemoExperiments experiments;
    private final List<MarketDay> history;

    RampAct(Api api, DemoExperiments experiments, List<MarketDay> history) {
        this.api = api;
        this.experiments = experiments;
        // neighbouring days resemble each other; in random order each is a fair draw, as the statistics assume
        this.history = new ArrayList<>(history);
        Collections.shuffle(this.history, new Random(SEED));
    }

    /** Plays it and returns the experiment's id. */
    String play() throws IOException, InterruptedException {
        String id = experiments.create(
                "bull_v2_ramp",
                DemoExperiments.TREATMENT,
                Map.of(
                        "ramp",
                        Map.of(
                                "steps",
                                List.of(0.05, 0.10, 0.25, 0.50, 1.00),
                                "hold_seconds",
                                2,
                                "minimum_samples",
                                200,
                                "approval",
                                "auto")));
        System.out.println("\n3. Ramp " + id + ": a shadow stage, then steps of 2 s each (in production hours or days)."
                + "\n   The service takes the next step when the evidence shows that every limit is kept.");
        TrailFollower trail = new TrailFollower(experiments, id);
        Optional<JsonNode> last;
        long answered;
        try (BackgroundTraffic traffic = BackgroundTraffic.dense(api, AT_A_TIME, this::question)) {
            last = trail.follow(traffic, PATIENCE);
            answered = traffic.answered();
        }
        experiments.flush(id);
        String end = last.map(event -> event.path("action").asText()).orElse("");
        if (end.equals("ramp_finished")) {
            System.out.println("   The treatment has every account. Promotion is left to a person.");
        } else {
            System.out.printf(
                    "   Not at 100%% after %,d predictions; the report says what is undecided or breached.%n",
                    answered);
        }
        ReportExcerpt.print(experiments, id);
        experiments.disable(id);
        return id;
    }

    /** A day, and its account, which is a different one each time. */
    private PredictionReplay.Question question(long number) {
        String account = "account-" + (number % ACCOUNTS + 1);
        MarketDay day = history.get((int) (number % history.size()));
        return new PredictionReplay.Question(day.date() + "/" + account + "/" + number, account, day);
    }
}
