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
import org.jspecify.annotations.Nullable;

/** Fourth act: a model that was spoilt on purpose rehearses for its ramp, and is gone before anybody got an answer of it. */
final class RollbackAct {

    private static final String DEGRADED = "bull_specialist_degraded";
    private static final int DAYS_A_SECOND = 40;
    private static final long SEED = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api api;
    private final DemoExperiments tests;
    private final List<MarketDay> history;

    RollbackAct(Api api, DemoExperiments tests, List<MarketDay> history) {
        this.api = api;
        this.tests = tests;
        // neighbouring days resemble each other; in random order each is a fair draw, as the statistics assume
        this.history = new ArrayList<>(history);
        Collections.shuffle(this.history, new Random(SEED));
    }

    /** Plays it and returns the test's id. */
    String play() throws IOException, InterruptedException {
        String id = tests.create(DEGRADED, DEGRADED, Map.of("ramp", Map.of()));
        System.out.println(
                "\n4. Ramp " + id
                        + ": a model with BUY and SELL mixed up in its labels, and nothing said but \"ramp\": {}."
                        + "\n   So it rehearses in shadow and has to agree with control on 85% of the days, which come in random order.");
        TrailFollower trail = new TrailFollower(tests, id);
        Optional<JsonNode> last;
        try (BackgroundTraffic traffic = BackgroundTraffic.calm(api, DAYS_A_SECOND, this::question)) {
            last = trail.follow(traffic, PATIENCE);
        }
        tests.flush(id);
        if (last.isPresent()) {
            printRollback(id, trail.seconds(last.get()), last.get());
        } else {
            System.out.println("   Not rolled back; the report says why.");
        }
        ReportExcerpt.print(tests, id);
        printRefusal(id);
        return id;
    }

    /** Whoever would promote it all the same is told why not. */
    private void printRefusal(String id) throws IOException {
        Api.Response answer = tests.promote(id);
        System.out.printf(
                "%n   POST %s/promote%n   %d: %s%n",
                id, answer.status(), answer.body().path("detail").asText());
    }

    private void printRollback(String id, double seconds, JsonNode event) throws IOException {
        JsonNode replay = tests.replay(id, event.path("event_id").asLong());
        System.out.printf(
                "   Rolled back by %s %.1f s after its creation: %s%n",
                event.path("actor").asText(), seconds, event.path("reason").asText());
        System.out.printf(
                "   Recomputed from the event alone, the decision %s.%n",
                replay.path("follows").asBoolean() ? "follows" : "DOES NOT FOLLOW");
    }

    private PredictionReplay.@Nullable Question question(long number) {
        if (number >= history.size()) {
            return null;
        }
        MarketDay day = history.get((int) number);
        return new PredictionReplay.Question(day.date(), day.date(), day);
    }
}
