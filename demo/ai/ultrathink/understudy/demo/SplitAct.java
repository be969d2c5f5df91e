package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Second act: the treatment answers a fifth of the accounts, and each account keeps its variant. */
final class SplitAct {

    private static final double SPLIT = 0.20;
    private static final int ACCOUNTS = 5400;
    private static final int ACCOUNTS_A_DAY = 10;
    private static final int AT_A_TIME = 8;

    private final Api api;
    private final DemoExperiments experiments;
    private final List<MarketDay> history;

    SplitAct(Api api, DemoExperiments experiments, List<MarketDay> history) {
        this.api = api;
        this.experiments = experiments;
        this.history = history;
    }

    /** Plays it and returns the experiment's id. */
    String play() throws IOException, InterruptedException {
        String id = experiments.create("bull_v2_split", "traffic_split", SPLIT);
        System.out.printf("%n2. Split %s: the treatment answers 20%% of %,d accounts%n", id, ACCOUNTS);
        List<PredictionReplay.Answered> answers = new PredictionReplay(api, AT_A_TIME).run(questions());
        experiments.flush(id);

        System.out.println("   " + PredictionReplay.waits(answers));
        JsonNode stats = experiments.stats(id);
        Variants.print(stats);
        printSplit(experiments.verifySplit(id));
        printAccounts(answers, stats.path("metrics").path("treatment").path("fallback_count"));
        return id;
    }

    private List<PredictionReplay.Question> questions() {
        List<PredictionReplay.Question> questions = new ArrayList<>();
        for (MarketDay day : history) {
            for (int i = 0; i < ACCOUNTS_A_DAY; i++) {
                String account = "account-" + (questions.size() % ACCOUNTS + 1);
                questions.add(new PredictionReplay.Question(day.date() + "/" + account, account, day));
            }
        }
        return questions;
    }

    private static void printSplit(JsonNode check) {
        System.out.printf(
                "   Split configured %.2f%%, observed %.2f%%: %s the tolerance of 2 percentage points.%n",
                100 * check.path("expected_split").asDouble(),
                100 * check.path("actual_split").asDouble(),
                check.path("within_tolerance").asBoolean() ? "within" : "OUTSIDE");
    }

    private static void printAccounts(List<PredictionReplay.Answered> answers, JsonNode fallbacks) {
        Map<String, Set<String>> groups = new HashMap<>();
        for (PredictionReplay.Answered answered : answers) {
            groups.computeIfAbsent(answered.question().unit(), account -> new HashSet<>())
                    .add(answered.answer()
                            .path("metadata")
                            .path("ab_test")
                            .path("assigned_group")
                            .asText());
        }
        long both = groups.values().stream().filter(seen -> seen.size() > 1).count();
        System.out.printf(
                "   %,d accounts changed models; control answered %s times as a fallback.%n", both, fallbacks);
    }
}
