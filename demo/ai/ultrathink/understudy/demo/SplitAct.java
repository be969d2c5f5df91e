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

/** Second act: the second model answers a fifth of the accounts, and each account keeps the model it drew. */
final class SplitAct {

    private static final double SPLIT = 0.20;
    private static final int ACCOUNTS = 5400;
    private static final int ACCOUNTS_A_DAY = 10;
    private static final int AT_A_TIME = 8;

    private final Api api;
    private final DemoExperiments tests;
    private final List<MarketDay> history;

    SplitAct(Api api, DemoExperiments tests, List<MarketDay> history) {
        this.api = api;
        this.tests = tests;
        this.history = history;
    }

    /** Plays it and returns the test's id. */
    String play() throws IOException, InterruptedException {
        String id = tests.create("bull_v2_split", "traffic_split", SPLIT);
        System.out.printf(
                "%n2. Traffic split %s: treatment answers 20%% of %,d accounts, %d of which ask each day%n",
                id, ACCOUNTS, ACCOUNTS_A_DAY);
        List<PredictionReplay.Answered> answers = new PredictionReplay(api, AT_A_TIME).run(questions());
        tests.flush(id);

        System.out.println("   " + AT_A_TIME + " at a time; " + PredictionReplay.waits(answers) + ".\n");
        JsonNode stats = tests.stats(id);
        Arms.print(
                stats,
                String.format("%,d", stats.path("control_count").asLong()),
                String.format("%,d", stats.path("treatment_count").asLong()));
        printSplit(tests.verifySplit(id));
        printAccounts(answers);
        System.out.printf(
                "   Control had to answer for a treatment that failed or was late %s times.%n",
                stats.path("metrics").path("treatment").path("fallback_count"));
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
                "%n   Configured %.2f%%, seen %.2f%% in %,d rows: %s the tolerance of 2 percentage points.%n",
                100 * check.path("expected_split").asDouble(),
                100 * check.path("actual_split").asDouble(),
                check.path("sample_size").asLong(),
                check.path("within_tolerance").asBoolean() ? "within" : "OUTSIDE");
    }

    private static void printAccounts(List<PredictionReplay.Answered> answers) {
        Map<String, Set<String>> groups = new HashMap<>();
        for (PredictionReplay.Answered answered : answers) {
            groups.computeIfAbsent(answered.question().unit(), account -> new HashSet<>())
                    .add(answered.answer()
                            .path("metadata")
                            .path("ab_test")
                            .path("assigned_group")
                            .asText());
        }
        long treated = groups.values().stream()
                .filter(seen -> seen.contains("treatment"))
                .count();
        long both = groups.values().stream().filter(seen -> seen.size() > 1).count();
        System.out.printf(
                "   Of %,d accounts %,d drew treatment; %,d changed models between their questions.%n",
                groups.size(), treated, both);
    }
}
