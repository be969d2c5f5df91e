package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.demo.DatedAnswers.Dated;
import ai.ultrathink.understudy.demo.SimulatedMinutes.Decision;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sixth act: a treatment that agrees on 95% of the decisions, and loses money on the others, is rolled back. */
final class MinutesAct {

    private static final int MINUTES = 240;
    private static final int MINUTES_A_SECOND = 10;
    private static final long SECOND_MILLIS = 1000;
    private static final Duration BEFORE = Duration.ofMinutes(MINUTES + 5L);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEED = 3;
    private static final int BASE = 36;
    private static final int MOST_DISAGREEMENTS = 1000;

    private static final Map<String, Integer> POSITIONS = Map.of("HOLD", 0, "BUY", 1, "SELL", -1);
    private static final Map<String, Object> PLAN = Map.of(
            "positions",
            POSITIONS,
            "cost",
            0.000005,
            "clip",
            0.05,
            "block",
            "PT1M",
            "horizon",
            "PT0S",
            "limit",
            -0.000002,
            "action",
            "roll_back");

    private final DemoExperiments experiments;
    private final OutcomeSender outcomes;
    private final DatedAnswers answers;
    private final String shadow;
    private final SimulatedMinutes market;
    private final Instant begin = Instant.now().minus(BEFORE).truncatedTo(ChronoUnit.MINUTES);

    /** @param shadow the experiment of the first act, whose answers are given again */
    MinutesAct(
            DemoExperiments experiments,
            OutcomeSender outcomes,
            DatedAnswers answers,
            String shadow,
            List<NextDay> days)
            throws IOException {
        this.experiments = experiments;
        this.outcomes = outcomes;
        this.answers = answers;
        this.shadow = shadow;
        this.market = new SimulatedMinutes(days, leanings(experiments, shadow), SEED);
    }

    private static Map<String, Integer> leanings(DemoExperiments experiments, String shadow) throws IOException {
        Map<String, Integer> leanings = new HashMap<>();
        for (JsonNode row : experiments.disagreements(shadow, MOST_DISAGREEMENTS)) {
            leanings.put(
                    row.path("request_id").asText(),
                    position(row, "treatment_action") - position(row, "control_action"));
        }
        return leanings;
    }

    private static int position(JsonNode row, String action) {
        return POSITIONS.getOrDefault(row.path(action).asText(), 0);
    }

    /** Plays it and returns the experiment's id. */
    String play() throws IOException, InterruptedException {
        String id = experiments.create(
                "bull_v2_minutes",
                DemoExperiments.TREATMENT,
                Map.of("mode", "shadow", "explicit", true, "outcome", PLAN));
        System.out.printf(
                "%n6. Shadow %s: each minute answers of act 1 in %d symbols, %d minutes a second.%n"
                        + "   The prices are simulated, with the volatility of the S&P 500 (%.3f%% a minute). Where the models disagree,"
                        + " they move against the treatment by half of it.%n",
                id, SimulatedMinutes.SYMBOLS, MINUTES_A_SECOND, 100 * market.volatility());
        TrailFollower trail = new TrailFollower(experiments, id);
        Optional<JsonNode> last = feed(id, trail);
        if (last.isPresent()) {
            ReportExcerpt.printRollback(experiments, id, trail.seconds(last.get()), last.get());
            System.out.printf(
                    "   The models agree on %.1f%% of these decisions, so agreement would not have shown it.%n",
                    100
                            * experiments
                                    .stats(id)
                                    .path("metrics")
                                    .path("comparison")
                                    .path("agreement_rate")
                                    .asDouble());
        } else {
            System.out.println("   It was not rolled back; the report says why.");
            ReportExcerpt.print(experiments, id);
        }
        return id;
    }

    private Optional<JsonNode> feed(String id, TrailFollower trail) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        int minutes = 0;
        while (System.nanoTime() < until) {
            Optional<JsonNode> last = trail.look(String.format("%,9d minutes", minutes));
            if (last.isPresent()) {
                return last;
            }
            if (minutes < MINUTES) {
                send(id, minutes);
                minutes += MINUTES_A_SECOND;
            }
            Thread.sleep(SECOND_MILLIS);
        }
        return Optional.empty();
    }

    /** The outcomes first: the minutes are over, so their blocks are closed as soon as the answers are there. */
    private void send(String id, int first) throws IOException {
        // each run has symbols of its own, as an earlier one may have reported the same minutes; the service keeps
        // capitals
        String run = Long.toString(begin.getEpochSecond(), BASE).toUpperCase(Locale.ROOT);
        List<Map<String, Object>> returns = new ArrayList<>();
        List<Dated> dated = new ArrayList<>();
        for (int minute = first; minute < first + MINUTES_A_SECOND; minute++) {
            Instant from = begin.plus(minute, ChronoUnit.MINUTES);
            List<Decision> decisions = market.next();
            for (int i = 0; i < decisions.size(); i++) {
                String symbol = "SIM" + (i + 1) + "-" + run;
                returns.add(Map.of(
                        "symbol", symbol,
                        "from", from.toString(),
                        "to", from.plus(1, ChronoUnit.MINUTES).toString(),
                        "value", decisions.get(i).value()));
                dated.add(new Dated(
                        decisions.get(i).day(), id + "/" + minute + "/" + i, "account-1", symbol, from.plusSeconds(i)));
            }
        }
        outcomes.send(returns);
        answers.store(shadow, id, dated);
    }
}
