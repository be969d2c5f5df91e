package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Bash;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Does what README.md says, as a reader would. */
@Isolated
class ReadmeIT {

    /** What the build has just packaged must not be packaged again in the middle of it. */
    private static final String MAKE = "make -o target/quarkus-app/quarkus-run.jar ";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private Readme readme = new Readme("");

    @BeforeEach
    void read() throws IOException {
        readme = Readme.read();
    }

    @Test
    void the_curl_tour_works_as_printed() throws Exception {
        Bash bash = new Bash(directory);
        bash.assumeCurl("the README's tour");
        try (ServiceProcess service = ServiceProcess.start(directory, Map.of()).awaitTests()) {
            bash.tour(readme.commands("A tour with curl"), service);
        }
    }

    @Test
    void a_model_of_ones_own_is_three_commands_away() throws Exception {
        Bash bash = new Bash(directory);
        bash.assumeCurl("the README's model");
        Path models = directory.resolve("models");
        Files.createDirectories(models.resolve("universal"));
        for (String file : List.of("model.pt", "model.json")) {
            Files.copy(
                    Path.of("models", "universal", file),
                    models.resolve("universal").resolve(file));
        }
        Map<String, String> settings =
                Map.of("UNDERSTUDY_MODELS_DIR", models.toString(), "UNDERSTUDY_MODELS_DEFAULT_MODEL", "universal");
        try (ServiceProcess service = ServiceProcess.start(directory, settings).awaitTests()) {
            String output = bash.tour(
                    readme.commands("Your own models")
                            .replace(
                                    "models/momentum",
                                    models.resolve("momentum").toString()),
                    service);

            assertTrue(output.contains("takes 10 features, advises STRONG_SELL, SELL, HOLD, BUY, STRONG_BUY"), output);
            assertTrue(
                    output.contains("\"actions\":[\"STRONG_SELL\",\"SELL\",\"HOLD\",\"BUY\",\"STRONG_BUY\"]"), output);
            assertTrue(!output.contains("failed") && !output.contains("\tat "), output);
        }
    }

    @Test
    void the_demonstration_compares_the_models_and_ends_well() throws Exception {
        String command = readme.commands("Two commands")
                .lines()
                .filter(line -> line.startsWith("make demo"))
                .findFirst()
                .orElseThrow();

        String output = new Bash(directory)
                .run(
                        command.replace("make ", MAKE),
                        Map.of(
                                "DEMO_EXIT",
                                "1",
                                "DEMO_DIR",
                                directory.resolve("demo").toString()));

        assertTrue(output.contains("The models agree on 9"), output);
        assertTrue(output.contains("within the tolerance"), output);
        assertTrue(output.contains("\n   0 accounts changed models"), output);
        assertTrue(output.contains("the same verdict"), output);
        assertTrue(output.contains("1,079 decisions with an outcome"), output);
        assertTrue(output.contains("cannot tell yet; not decidable within a year"), output);
        assertTrue(output.contains("mean difference of earnings per block −"), output);
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
                    .awaitTests()) {
                assertEquals(200, service.status("/api/v1/ab-test/list"));
                assertTrue(Files.notExists(directory.resolve("data/postgres")));
            }
        }
    }

    @Test
    void make_help_lists_every_target_that_the_readme_names() throws Exception {
        String help = new Bash(directory).run("make help", Map.of());

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
}
