package ai.ultrathink.understudy.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that a test needs and the build does not bring.
 *
 * @param name of its executable
 * @param origin where it comes from
 */
public record Tool(String name, String origin) {

    public static final Tool PROMETHEUS = new Tool("prometheus", "Debian: apt-get install prometheus");
    public static final Tool CHROME = new Tool("google-chrome", "Google");
    public static final Tool CHROMIUM = new Tool("chromium", "Debian: apt-get install chromium");
    public static final Tool PROMTOOL = new Tool("promtool", "Debian: apt-get install prometheus");

    static final Tool NPM = new Tool("npm", "Node.js 20 or newer");
    static final Tool NODE = new Tool("node", "Node.js 20 or newer");

    private static final long LONGEST_MINUTES = 5;

    /** Skips the test where the program is missing, with a line that says so, but never where {@code CI=true}. */
    public void assumePresent(String test) {
        boolean present = isOnPath();
        String skipped = test + " SKIPPED: " + name + " is not on the PATH (" + origin + ")";
        if (!present) {
            assertFalse("true".equals(System.getenv("CI")), "CI must run this test; " + skipped);
            System.err.println(skipped);
        }
        assumeTrue(present, skipped);
    }

    public boolean isOnPath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** Runs it in a folder and returns what it printed. A failure fails the test. */
    public String run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of(name), Stream.of(arguments)).toList();
        Path output = Files.createTempFile("understudy-" + name, ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
            process.destroyForcibly();
            String text = Files.readString(output);
            assertTrue(ended && process.exitValue() == 0, () -> String.join(" ", command) + " failed:\n" + text);
            return text;
        } finally {
            Files.delete(output);
        }
    }
}
