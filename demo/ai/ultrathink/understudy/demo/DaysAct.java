package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.demo.DatedAnswers.Dated;
import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Fifth act: what both models would have earned on the days of the first. It begins right after that, because the service closes the
 * blocks of four years while the acts between are played.
 */
final class DaysAct {

    /** A position is held until the next close, which after a Friday and a holiday is on Tuesday. */
    private static final Map<String, Object> PLAN = Map.of(
            "positions",
            Map.of("HOLD", 0, "BUY", 1, "SELL", -1),
            "cost",
            0.0001,
            "clip",
            0.1,
            "block",
            "P1D",
            "horizon",
            "P4D",
            "limit",
            -0.0005);

    private static final int DAYS_A_YEAR = 252;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long LOOK_EVERY_MILLIS = 500;

    private final DemoExperiments experiments;
    private final OutcomeSender outcomes;
    private final DatedAnswers answers;
    private final List<MarketDay> history;
    private String id = "";

    DaysAct(DemoExperiments experiments, OutcomeSender outcomes, DatedAnswers answers, List<MarketDay> history) {
        this.experiments = experiments;
        this.outcomes = outcomes;
        this.answers = answers;
        this.history = history;
    }

    /**
     * Sends each day's next-day return and stores the answers under their days.
     *
     * @param shadow the experiment of the first act
     * @param returns of all days but the last
     */
    void begin(String shadow, List<NextDay> returns) throws IOException {
        id = experiments.create(
                "bull_v2_days", DemoExperiments.TREATMENT, Map.of("mode", "shadow", "explicit", true, "outcome", PLAN));
        outcomes.send(returns.stream()
                .map(day -> Map.<String, Object>of(
                        "request_id",
                        day.date().toString(),
                        "value",
                        day.value(),
                        "observed_at",
                        NextDay.close(day.next()).toString()))
                .toList());
        List<Dated> dated = new ArrayList<>();
        for (MarketDay day : history) {
            dated.add(
                    new Dated(day.date(), day.date(), "account-1", "SPX", NextDay.close(LocalDate.parse(day.date()))));
        }
        answers.store(shadow, id, dated);
    }

    /** Waits until all blocks are closed, and prints what the report says about them. */
    void play() throws IOException, InterruptedException {
        System.out.println(
                "\n5. Shadow " + id
                        + ": what both would have earned on the days of act 1, with the return to the next close."
                        + "\n   The service dates predictions by its clock, so their answers were stored once more under the days' dates.");
        long until = System.nanoTime() + PATIENCE.toNanos();
        JsonNode summary = experiments.report(id).path("outcomes");
        while (summary.path("blocks").asInt() < history.size() && System.nanoTime() < until) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            summary = experiments.report(id).path("outcomes");
        }
        System.out.printf(
                "   In a year of %d days control would have earned %+.1f%%, the treatment %+.1f%% (report in %s).%n",
                DAYS_A_YEAR,
                aYear(summary, "raw_control"),
                aYear(summary, "raw_treatment"),
                ReportExcerpt.keep(experiments, id));
        summary.path("words").forEach(line -> System.out.println("   - " + line.asText()));
        experiments.disable(id);
    }

    private static double aYear(JsonNode summary, String figure) {
        return 100 * DAYS_A_YEAR * summary.path(figure).asDouble();
    }
}
