package ai.ultrathink.understudy.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The program that plays all scenarios: `make simulate`. */
final class Simulation {

    private Simulation() {}

    /**
     * Plays the scenarios whose names contain one of the arguments, all without arguments; a line for each. A run of all rewrites
     * the table in docs/simulation.md.
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
        String circumstances = circumstances();
        List<Summary> summaries = new ArrayList<>();
        for (Scenario scenario : chosen) {
            Summary summary = Player.play(scenario, scenario.runs());
            summaries.add(summary);
            System.out.println(SimulationReport.line(summary));
            summary.falseAlarmReasons().distinct().limit(3).forEach(why -> System.out.println("    wrongly: " + why));
        }
        if (parts.length == 0) {
            SimulationReport.write(summaries, circumstances);
        }
    }

    private static String circumstances() throws IOException, InterruptedException {
        return "Measured on %s at %s, seed %,d, on %d cores of %s, Java %d, by `make simulate`."
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        output("git", "describe", "--always", "--dirty"),
                        Player.SEED,
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Runtime.version().feature());
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("an unknown processor");
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.strip();
    }
}
