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

/** Fourth act: a model that was spoilt on purpose is rolled back in the shadow stage of its ramp. */
final class RollbackAct {

    private static final String DEGRADED = "bull_specialist_degraded";
    private static final int DAYS_A_SECOND = 400;
    /** A disagreement like this one is decided from 1,490 pairs on, which are more days than there are. */
    private static final int TIMES = 3;

    private static final long SEED = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api api;
    private final DemoExperiments experiments;
    private final List<MarketDay> history;

    RollbackAct(Api api, DemoExperiments experiments, List<MarketDay> history) {
        this.api = api;
        this.experiments = experiments;
        // neighbouring days resemble each other; in random order each is a fair draw, as the statistics assume
        this.history = new ArrayList<>(history);
        Collections.shuffle(this.history, new Random(SEED));
    }

    /** Plays it and returns the experiment's id. */
    String play() throws IOException, InterruptedException {
        String id = experiments.create(DEGRADED, DEGRADED, Map.of("ramp", Map.of()));
        System.out.println("\n4. Ramp " + id + ": a model whose training labels had BUY and SELL swapped");
        TrailFollower trail = new TrailFollower(experiments, id);
        Optional<JsonNode> last;
        try (BackgroundTraffic traffic = BackgroundTraffic.calm(api, DAYS_A_SECOND, this::question)) {
            last = trail.follow(traffic, PATIENCE);
        }
        experiments.flush(id);
        if (last.isPresent()) {
            ReportExcerpt.printRollback(experiments, id, trail.seconds(last.get()), last.get());
        } else {
            System.out.println("   It was not rolled back; the report says why.");
            ReportExcerpt.print(experiments, id);
        }
        printRefusal(id);
        return id;
    }

    /** A promotion against the verdict is refused. */
    private void printRefusal(String id) throws IOException {
        Api.Response answer = experiments.promote(id);
        System.out.println("   A promotion of it is refused: POST " + id + "/promote answers " + answer.status());
    }

    private PredictionReplay.@Nullable Question question(long number) {
        long time = number / history.size();
        if (time >= TIMES) {
            return null;
        }
        MarketDay day = history.get((int) (number % history.size()));
        String id = day.date() + "/" + time;
        return new PredictionReplay.Question(id, id, day);
    }
}
