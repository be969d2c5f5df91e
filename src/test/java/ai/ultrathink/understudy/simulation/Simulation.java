package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.testkit.Circumstances;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The program that plays all scenarios: `make simulate`. */
final class Simulation {

    private Simulation() {}

    /**
     * Plays the scenarios whose names contain one of the arguments, all without arguments; a line for each. A run of all rewrites
     * the table in docs/simulation.md. {@code -Dunderstudy.runs} is the most runs of a scenario.
     */
    public static void main(String... parts) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<Scenario> chosen = Scenarios.all().stream()
                .filter(scenario -> parts.length == 0 || Stream.of(parts).anyMatch(scenario.name()::contains))
                .toList();
        if (chosen.isEmpty()) {
            System.err.println("no scenario has a name with " + String.join(" or ", parts));
            System.exit(1);
        }
        // before the first of them: the sources may move on meanwhile
        String circumstances = "Measured %s, with the seed %d.".formatted(Circumstances.now(), ScenarioRunner.SEED);
        int most = Integer.getInteger("understudy.runs", Integer.MAX_VALUE);
        List<Summary> summaries = new ArrayList<>();
        for (Scenario scenario : chosen) {
            Summary summary = ScenarioRunner.play(scenario, Math.min(most, scenario.runs()));
            summaries.add(summary);
            System.out.println(SimulationReport.line(summary));
            summary.falseReasons().distinct().limit(3).forEach(why -> System.out.println("    wrongly: " + why));
        }
        if (parts.length == 0) {
            SimulationReport.write(summaries, circumstances);
        }
    }
}
