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

    /** Writes the document to a file. */
    static Path keep(DemoExperiments experiments, String id) throws IOException {
        Path file = DemoService.DIRECTORY.resolve(id + ".md");
        Files.writeString(file, experiments.document(id));
        return file;
    }
}
