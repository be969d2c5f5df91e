package ai.ultrathink.understudy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps a test's report as the service writes it for a review, and shows how it begins. */
final class ReportExcerpt {

    private static final String AFTER_THE_GUARDRAILS = "## Figures";

    private ReportExcerpt() {}

    static void print(DemoExperiments tests, String id) throws IOException {
        String document = tests.document(id);
        Path file = DemoService.DIRECTORY.resolve(id + ".md");
        Files.writeString(file, document);
        System.out.println("\n   The report, up to its guardrails; all of it is in " + file + "\n");
        document.lines()
                .takeWhile(line -> !line.equals(AFTER_THE_GUARDRAILS))
                .forEach(line -> System.out.println(("   > " + line).stripTrailing()));
    }
}
