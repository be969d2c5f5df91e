package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs what tests borrow from Node's world: a folder with a package.json whose versions are locked.
 *
 * @param folder with package.json and package-lock.json
 */
public record Npm(Path folder) {

    private static final long LONGEST_MINUTES = 5;

    /** Skips the test with a line that says so where Node.js is missing, but never where {@code CI=true}. */
    public static void assumePresent(String test) {
        boolean present = Stream.of("npm", "node").allMatch(Npm::isOnPath);
        String skipped = test + " SKIPPED: npm or node is not on the PATH; install Node.js 18 or newer to run it";
        if (!present) {
            assertFalse("true".equals(System.getenv("CI")), "CI must run this: install Node.js 18 or newer; " + test);
            System.err.println(skipped);
        }
        assumeTrue(present, skipped);
    }

    /** Installs what package-lock.json says. */
    public Npm install() throws IOException, InterruptedException {
        run("npm", "ci", "--no-audit", "--no-fund");
        return this;
    }

    /** Runs a command in the folder, which must succeed, and returns what it printed. */
    public String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("understudy-npm", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
            process.destroyForcibly();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertTrue(ended, () -> String.join(" ", command) + " did not end within 5 minutes:\n" + text);
            assertEquals(0, process.exitValue(), () -> String.join(" ", command) + " failed:\n" + text);
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** Whether a program is on the PATH. */
    public static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
