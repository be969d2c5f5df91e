package demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shows a test's report as the service writes it for a review, and keeps it in a file. */
final class Reports {

    private Reports() {}

    static void print(Tests tests, String id) throws IOException, InterruptedException {
        String document = tests.document(id);
        Path file = Service.DIRECTORY.resolve(id + ".md");
        Files.writeString(file, document);
        System.out.println("\n   " + file + ":\n");
        document.lines().forEach(line -> System.out.println(("   | " + line).stripTrailing()));
    }
}
