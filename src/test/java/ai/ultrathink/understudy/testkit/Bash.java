package ai.ultrathink.understudy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Types what a document says, as a reader would.
 *
 * @param directory where output goes
 */
public record Bash(Path directory) {

    private static final long LONGEST_MINUTES = 5;

    /** Answers as curl does, notes the status of each answer, and fails where it is not 2xx. */
    private static final String NOTING_CURL = """
            set -euo pipefail
            curl() {
                local status
                status=$(command curl "$@" -o "$BODY" -w '%{http_code}')
                echo "$status $*" >> "$STATUSES"
                cat "$BODY"
                [[ $status == 2* ]]
            }
            """;

    /** Skips the test with a line that says so where curl is missing, but never in CI. */
    public void assumeCurl(String test) throws IOException, InterruptedException {
        boolean curl = run("command -v curl || true", Map.of()).contains("curl");
        assumeTrue(
                curl || System.getenv("CI") != null,
                "SKIPPED: " + test + " needs curl; install it to run this test (CI never skips it)");
    }

    /** Runs commands, which must succeed, and returns what they printed. */
    public String run(String commands, Map<String, String> environment) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", commands)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroy();
        }
        String text = Files.readString(output);
        assertTrue(ended, () -> "not done after " + LONGEST_MINUTES + " minutes:\n" + text);
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    /** Runs commands for a service at localhost:8080 against one elsewhere; each call of curl in them must be answered 2xx. */
    public String tour(String commands, ServiceProcess service) throws IOException, InterruptedException {
        Path statuses = directory.resolve("statuses");
        Map<String, String> places = new HashMap<>();
        places.put("STATUSES", statuses.toString());
        places.put("BODY", directory.resolve("body").toString());

        String output = run(
                NOTING_CURL
                        + commands.replace(
                                "http://localhost:8080", service.at("").toString()),
                places);

        List<String> noted = Files.readAllLines(statuses);
        assertEquals(
                commands.lines()
                        .filter(line -> line.startsWith("curl ") || line.contains("$(curl "))
                        .count(),
                noted.size(),
                output);
        assertTrue(noted.stream().allMatch(line -> line.startsWith("2")), () -> String.join("\n", noted));
        return output;
    }
}
