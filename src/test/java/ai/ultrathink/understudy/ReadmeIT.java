package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Does what README.md says, as a reader would. */
class ReadmeIT {

    /** What the build has just packaged must not be packaged again in the middle of it. */
    private static final String MAKE = "make -o target/quarkus-app/quarkus-run.jar ";

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

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private Readme readme = new Readme("");

    @BeforeEach
    void read() throws IOException {
        readme = Readme.read();
    }

    @Test
    void the_curl_tour_works_as_printed() throws Exception {
        boolean curl = bash("command -v curl || true", Map.of()).contains("curl");
        assumeTrue(
                curl || System.getenv("CI") != null,
                "SKIPPED: the README's tour needs curl; install it to run this test (CI never skips it)");
        String tour = readme.commands("A tour with curl");
        Path statuses = directory.resolve("statuses");
        try (ServiceProcess service = ServiceProcess.start(directory, Map.of()).awaitReady()) {
            String output = bash(
                    NOTING_CURL
                            + tour.replace(
                                    "http://localhost:8080", service.at("").toString()),
                    Map.of(
                            "STATUSES",
                            statuses.toString(),
                            "BODY",
                            directory.resolve("body").toString()));

            List<String> noted = Files.readAllLines(statuses);
            assertEquals(tour.lines().filter(line -> line.startsWith("curl ")).count(), noted.size(), output);
            assertTrue(noted.stream().allMatch(line -> line.startsWith("2")), () -> String.join("\n", noted));
        }
    }

    @Test
    void the_demonstration_compares_the_models_and_ends_well() throws Exception {
        String command = readme.commands("Two commands")
                .lines()
                .filter(line -> line.startsWith("make demo"))
                .findFirst()
                .orElseThrow();

        String output = bash(
                command.replace("make ", MAKE),
                Map.of("DEMO_EXIT", "1", "DEMO_DIR", directory.resolve("demo").toString()));

        assertTrue(output.contains("The models agree on 9"), output);
        assertTrue(output.contains("within the tolerance"), output);
        assertTrue(output.contains("0 changed models"), output);
        assertTrue(!output.contains("\tat ") && !output.contains("Exception"), output);
    }

    @Test
    void the_service_runs_on_a_database_of_ones_own() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("postgres"))
                .start()) {
            String command = readme.commands("Your own TimescaleDB")
                    .replaceAll(
                            "postgresql://\\S+:5432/\\w+", "postgresql://localhost:" + postgres.getPort() + "/postgres")
                    .replaceAll("DATABASE_USERNAME=\\w+", "DATABASE_USERNAME=postgres")
                    .replace("make ", "exec " + MAKE);

            try (ServiceProcess service = ServiceProcess.start(directory, Map.of(), "bash", "-c", command)
                    .awaitReady()) {
                assertEquals(200, service.status("/api/v1/ab-test/list"));
                assertTrue(Files.notExists(directory.resolve("data/postgres")));
            }
        }
    }

    @Test
    void make_help_lists_every_target_that_the_readme_names() throws Exception {
        String help = bash("make help", Map.of());

        for (String target : readme.targets()) {
            assertTrue(
                    Pattern.compile("(?m)^ +make " + target + " +\\S")
                            .matcher(help)
                            .find(),
                    target + " in\n" + help);
        }
    }

    @Test
    void the_files_that_the_readme_links_to_exist() {
        Pattern.compile("\\]\\(([^)#:]+)[^):]*\\)")
                .matcher(readme.text())
                .results()
                .forEach(link -> assertTrue(Files.exists(Path.of(link.group(1))), link.group(1)));
    }

    private String bash(String script, Map<String, String> environment) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
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
}
