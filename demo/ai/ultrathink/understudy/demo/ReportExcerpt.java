package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps an experiment's report as the service writes it for a review, and prints the verdict and its reasons. */
final class ReportExcerpt {

    private ReportExcerpt() {}

    static void print(DemoExperiments experiments, String id) throws IOException {
        Path file = keep(experiments, id);
        JsonNode report = experiments.report(id);
        System.out.println(
                "   Verdict: " + report.path("verdict").asText().replace('_', ' ') + " (report in " + file + ")");
        report.path("reasons").forEach(reason -> System.out.println("   - " + reason.asText()));
    }

    /** Prints a roll-back: when, why, and that its evidence leads to it once more. */
    static void printRollback(DemoExperiments experiments, String id, double seconds, JsonNode event)
            throws IOException {
        JsonNode replay = experiments.replay(id, event.path("event_id").asLong());
        System.out.printf("   Rolled back after %.1f s, before a caller got its answer:%n", seconds);
        // the event's reason and not the report's: evidence that came after the decision may be weaker
        System.out.println("   - " + event.path("reason").asText());
        System.out.printf(
                "   Evaluated again from the decision record: %s (report in %s)%n",
                replay.path("follows").asBoolean() ? "the same verdict" : "ANOTHER VERDICT", keep(experiments, id));
    }

    /** Writes the document to a file. */
    static Path keep(DemoExperiments experiments, String id) throws IOException {
        Path file = DemoService.DIRECTORY.resolve(id + ".md");
        Files.writeString(file, experiments.document(id));
        return file;
    }
}
