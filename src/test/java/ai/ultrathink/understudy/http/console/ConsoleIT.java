package ai.ultrathink.understudy.http.console;

import static ai.ultrathink.understudy.testkit.TokenLines.everyRole;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.Npm;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import ai.ultrathink.understudy.testkit.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console of the packaged service in a real browser: src/test/console. Without npm or Chromium it is skipped with a line that
 * says so, but never where {@code CI=true}.
 */
class ConsoleIT {

    private static final String PASSED = "(?s)(.*\\n)?[1-9]\\d* passed, 0 failed\\s*";

    @BeforeAll
    static void needs_a_browser() {
        Npm.assumePresent("console test");
        if (!Tool.CHROME.isOnPath()) {
            Tool.CHROMIUM.assumePresent("console test");
        }
    }

    @Test
    void each_screen_and_each_control_works_in_a_browser(@TempDir Path directory)
            throws IOException, InterruptedException, SQLException {
        Path tokens = directory.resolve("tokens");
        Files.writeString(tokens, everyRole());
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(postgres.newDatabase()));
            environment.putAll(Map.of("UNDERSTUDY_AUTH", "tokens", "UNDERSTUDY_TOKENS_FILE", tokens.toString()));
            try (ServiceProcess service =
                            ServiceProcess.start(Files.createDirectory(directory.resolve("one")), environment);
                    ServiceProcess other =
                            ServiceProcess.start(Files.createDirectory(directory.resolve("other")), environment)) {
                service.awaitReady();
                other.awaitReady();
                String report = new Npm(Path.of("src", "test", "console"))
                        .install()
                        .node(
                                "run.mjs",
                                service.at("").toString(),
                                pid(service.process().toHandle()),
                                pid(other.process().toHandle()),
                                pid(postgres.postmaster()));

                assertTrue(report.matches(PASSED), report);
            }
        }
    }

    @Test
    void hostile_names_and_texts_are_shown_as_text(@TempDir Path directory) throws IOException, InterruptedException {
        String name = "<script>globalThis.hostile=1 " + "m".repeat(80);
        Path models = Directories.copy(Path.of("models"), directory.resolve("models"));
        Path hostile = Files.createDirectory(models.resolve(name));
        Files.writeString(
                hostile.resolve("model.json"),
                "{\"version\":\"<script>globalThis.hostile=1</script>\\u202Exyz\",\"input_size\":0}");
        Path card = Directories.copy(models.resolve("bull_specialist"), models.resolve("broken"))
                .resolve("model.json");
        Files.writeString(
                card,
                Files.readString(card)
                        .replaceFirst("\\{", "{\"runtime\": \"<script>globalThis.hostile=1</script>\\\\u202Exyz\","));
        try (ServiceProcess service = ServiceProcess.start(
                Files.createDirectory(directory.resolve("one")), Map.of("UNDERSTUDY_MODELS_DIR", models.toString()))) {
            service.awaitReady();
            String report = new Npm(Path.of("src", "test", "console"))
                    .install()
                    .node("hostile.mjs", service.at("").toString(), name);

            assertTrue(report.matches(PASSED), report);
        }
    }

    private static String pid(ProcessHandle process) {
        return Long.toString(process.pid());
    }
}
