package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Third act: the second model is given more and more of the accounts, each step by the service itself. */
final class RampAct {

    private static final int ACCOUNTS = 200_000;
    private static final int AT_A_TIME = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Api api;
    private final DemoExperiments tests;
    private final List<MarketDay> history;

    RampAct(Api api, DemoExperiments tests, List<MarketDay> history) {
        this.api = api;
        this.tests = tests;
        this.history = history;
    }

    /** Plays it and returns the test's id. */
    String play() throws IOException, InterruptedException {
        String id = tests.create(
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
        System.out.println(
                "\n3. Ramp " + id + ": a rehearsal in shadow until agreement is shown, then 5%, 10%, 25%, 50% and 100%"
                        + "\n   of the accounts, a step only when the evidence of all that went before says that every limit is"
                        + "\n   kept. Holds of 2 s, in earnest of hours or days.");
        TrailFollower trail = new TrailFollower(tests, id);
        Optional<JsonNode> last;
        long answered;
        try (BackgroundTraffic traffic = BackgroundTraffic.dense(api, AT_A_TIME, this::question)) {
            last = trail.follow(traffic, PATIENCE);
            answered = traffic.answered();
        }
        tests.flush(id);
        String end = last.map(event -> event.path("action").asText()).orElse("");
        if (end.equals("ramp_finished")) {
            System.out.printf(
                    "   From the rehearsal to 100%% in %.1f s and %,d predictions. Promotion is left to a person.%n",
                    trail.seconds(last.orElseThrow()), answered);
        } else {
            System.out.printf(
                    "   Not at 100%% after %,d predictions; the report says what is undecided or breached.%n",
                    answered);
        }
        ReportExcerpt.print(tests, id);
        tests.disable(id);
        return id;
    }

    /** Day after day, and again from the first; a different account each time. */
    private PredictionReplay.Question question(long number) {
        String account = "account-" + (number % ACCOUNTS + 1);
        MarketDay day = history.get((int) (number % history.size()));
        return new PredictionReplay.Question(day.date() + "/" + account + "/" + number, account, day);
    }
}
