package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.testkit.Circumstances;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The program that plays all scenarios: `make simulate`. */
final class Simulation {

    private static final String OUTCOMES = "outcomes";
    private static final int OUTCOME_RUNS = 1_000;
    private static final int POWER_RUNS = 400;
    private static final int MORE = 5;

    private Simulation() {}

    /**
     * Plays the scenarios whose names contain one of the arguments, all without arguments; a line for each. A run of all rewrites
     * the table in docs/simulation.md. The word "outcomes" plays the worlds of outcomes and rewrites their table. {@code -Dunderstudy.runs}
     * is the most runs of a scenario, before more of them decide.
     */
    public static void main(String... parts) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<Scenario> chosen = Scenarios.all().stream()
                .filter(scenario -> parts.length == 0 || Stream.of(parts).anyMatch(scenario.name()::contains))
                .toList();
        boolean outcomes = parts.length == 0 || List.of(parts).contains(OUTCOMES);
        if (chosen.isEmpty() && !outcomes) {
            System.err.println("no scenario has a name with " + String.join(" or ", parts));
            System.exit(1);
        }
        // before the first of them: the sources may move on meanwhile
        String circumstances = "Measured %s, with the seed %d.".formatted(Circumstances.now(), ScenarioRunner.SEED);
        int most = Integer.getInteger("understudy.runs", Integer.MAX_VALUE);
        List<Summary> summaries = new ArrayList<>();
        for (Scenario scenario : chosen) {
            Summary summary = play(scenario, Math.min(most, scenario.runs()));
            summaries.add(summary);
            System.out.println(SimulationReport.line(summary));
            summary.falseReasons().distinct().limit(3).forEach(why -> System.out.println("    wrongly: " + why));
        }
        if (parts.length == 0) {
            SimulationReport.write(summaries, circumstances);
        }
        if (outcomes) {
            playOutcomes(most, circumstances);
        }
    }

    /** Where the runs do not show that the rates are what is asked for, others decide, which are more. */
    private static Summary play(Scenario scenario, int runs) {
        Summary summary = ScenarioRunner.play(scenario, runs);
        return summary.keepsFalseRates() ? summary : ScenarioRunner.play(scenario, runs, MORE * runs);
    }

    private static void playOutcomes(int most, String circumstances) throws IOException {
        List<OutcomeRunner.Tally> tallies = new ArrayList<>();
        for (OutcomeWorld world : OutcomeWorlds.all()) {
            OutcomeRunner.Tally tally = OutcomeRunner.play(world, Math.min(most, OUTCOME_RUNS));
            tallies.add(tally);
            System.out.println(tally.line());
        }
        List<OutcomePower.Found> found = OutcomePower.all().stream()
                .map(power -> power.measure(Math.min(most, POWER_RUNS)))
                .toList();
        OutcomeReport.write(tallies, found, circumstances);
    }
}
