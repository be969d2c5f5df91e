package ai.ultrathink.understudy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands ask and steer the packaged service; two of them as a shell runs them, the others in this process. */
@SuppressWarnings("NullAway") // a null fails the test
class CommandLineIT {

    @TempDir
    private static Path directory = Path.of("");

    private static ServiceProcess service;
    private static Map<String, String> environment = Map.of();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws IOException {
        service = ServiceProcess.start(directory, Map.of()).awaitTests();
        environment = Map.of("UNDERSTUDY_URL", service.at("").toString());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private int run(String... arguments) {
        return run(environment, arguments);
    }

    private int run(Map<String, String> variables, String... arguments) {
        out.reset();
        err.reset();
        return new ServiceCommands(
                        variables,
                        "1.2.3",
                        Map.of(),
                        new QuickMachine(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Time passes when it is waited. */
    private static final class QuickMachine implements ServiceCommands.Machine {

        private Instant now = Instant.now();

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public void pause(Duration time) {
            now = now.plus(time);
        }

        @Override
        public byte[] secret(int length) {
            return new byte[length];
        }

        @Override
        public InputStream input() {
            return new ByteArrayInputStream(
                    "{\"outcomes\":[{\"request_id\":\"unknown\",\"value\":0.01},{\"request_id\":\"other\",\"value\":\"x\"}]}"
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_test_is_created_steered_watched_and_stepped_back_in_one_line() throws IOException {
        assertEquals(0, run("create", "cli", "--control", "bear_specialist", "--treatment", "bear_specialist_v2"));
        assertEquals("cli is created, and on\n", printed());
        assertEquals(1, run("create", "cli", "--control", "bear_specialist", "--treatment", "bear_specialist_v2"));
        assertTrue(complained().contains("has been used before"), complained());

        String day = MarketDay.readAll().getFirst().features();
        service.send(
                "POST",
                "/api/v1/predict",
                "{\"model\":\"bear_specialist\",\"symbol\":\"SPX\",\"unit_id\":\"u\",\"features\":" + day + "}");

        assertEquals(0, run("status"));
        assertTrue(printed().contains("cli ") && printed().contains("5%"), printed());
        assertEquals(0, run("split", "cli", "0.2", "--actor", "ada"));
        assertEquals("cli: the treatment has 20% of the units\n", printed());
        assertEquals(0, run("show", "cli"));
        assertTrue(printed().contains("traffic_split") && printed().contains("0.2"), printed());

        assertEquals(0, run("report", "cli"));
        assertTrue(printed().startsWith("# "), printed());
        assertEquals(0, run("report", "cli", "--output", "json"));
        assertTrue(printed().contains("\"verdict\""), printed());
        assertEquals(7, run("wait", "cli", "--until", "promote", "--timeout-seconds", "5"));
        assertTrue(printed().startsWith("cli: still "), printed());
        assertEquals(1, run("promote", "cli"));
        assertTrue(complained().contains("insufficient"), complained());

        assertEquals(0, run("rollback", "cli", "--actor", "ada"));
        assertEquals("cli is off: control answers every request\n", printed());
        assertEquals(6, run("wait", "cli", "--until", "promote"));
        assertEquals(0, run("events", "cli"));
        List<String> events = printed().lines().toList();
        assertTrue(events.get(1).contains("disabled") && events.get(1).contains("ada"), printed());

        assertEquals(0, run("tests", "--enabled"));
        assertTrue(!printed().contains("\ncli "), printed());
        assertEquals(0, run("delete", "cli"));
        assertEquals(0, run("tests"));
        assertTrue(!printed().contains("\ncli "), printed());
    }

    @Test
    void a_ramp_is_started_paused_resumed_and_ended() {
        assertEquals(
                0,
                run(
                        "create",
                        "cli_ramp",
                        "--control",
                        "bull_specialist",
                        "--treatment",
                        "bull_specialist_v2",
                        "--steps",
                        "0.05,0.5",
                        "--hold-seconds",
                        "60"));
        assertEquals(0, run("ramp", "cli_ramp"));
        assertTrue(printed().startsWith("RAMP"), printed());
        assertEquals(0, run("pause", "cli_ramp"));
        assertEquals(0, run("ramp", "cli_ramp"));
        assertTrue(printed().contains("paused"), printed());
        assertEquals(0, run("resume", "cli_ramp"));
        assertEquals(1, run("approve", "cli_ramp"));
        assertEquals(0, run("abort", "cli_ramp"));
        assertEquals(0, run("approvals"));
        assertEquals(0, run("disable", "cli_ramp"));
    }

    @Test
    void models_are_listed_and_reloaded_and_outcomes_sent() {
        assertEquals(0, run("models"));
        assertTrue(printed().contains("universal") && printed().contains("loaded"), printed());
        assertEquals(0, run("reload"));
        assertTrue(printed().contains("universal"), printed());
        assertEquals(1, run("outcomes", "-"));
        assertTrue(printed().contains("1 rejected") && printed().contains("outcome 1: "), printed());
    }

    @Test
    void what_is_wrong_is_a_line_and_an_exit_code() {
        assertEquals(1, run("show", "no_such_test"));
        assertTrue(complained().contains("no_such_test does not exist"), complained());
        assertEquals(2, run("split", "cli", "much"));
        assertEquals("FRACTION: got \"much\"; allowed: a number\n", complained());
        assertEquals(2, run("status", "--output", "xml"));
        assertEquals(2, run("status", "--url", "no address"));
        assertEquals(2, run("wait", "t", "--until", "later"));
        assertEquals(2, run("fly"));
        assertEquals(2, run("create", "t"));
        assertTrue(complained().contains("--control"), complained());
        assertEquals(3, run("status", "--url", "http://127.0.0.1:9"));
        assertTrue(complained().startsWith("http://127.0.0.1:9 gave no answer"), complained());
        assertEquals(2, run("status", "--token-file", "nowhere"));
        assertEquals(2, run("token", "ada", "king"));
    }

    @Test
    void a_token_that_was_made_is_taken_and_a_role_that_does_not_suffice_is_told() throws IOException {
        assertEquals(0, run("token", "ada", "viewer"));
        String token = printed().lines().findFirst().orElse("").replaceFirst(".*: ", "");
        String line = printed().lines().skip(1).findFirst().orElse("").replaceFirst(".*: ", "");
        Path folder = Files.createDirectories(directory.resolve("with-tokens"));
        Path file = Files.writeString(folder.resolve("tokens"), line + "\n");
        try (ServiceProcess protectedService = ServiceProcess.start(
                        folder, Map.of("UNDERSTUDY_AUTH", "tokens", "UNDERSTUDY_TOKENS_FILE", file.toString()))
                .awaitReady()) {
            Map<String, String> variables = new HashMap<>(
                    Map.of("UNDERSTUDY_URL", protectedService.at("").toString()));
            assertEquals(4, run(variables, "status"));
            variables.put("UNDERSTUDY_TOKEN", token);
            assertEquals(0, run(variables, "status"));
            assertTrue(printed().startsWith("No tests. Nothing needs a person."), printed());
            assertEquals(4, run(variables, "disable", "t"));
            assertTrue(complained().contains("role"), complained());
        }
    }

    @Test
    void a_shell_runs_them() throws IOException, InterruptedException {
        assertEquals(0, shell("bin/understudy", "status", "--output", "json"));
        assertTrue(shown().startsWith("["), shown());
        assertEquals(0, shell("bin/understudy", "completion"));
        for (String word : List.of("complete", "rollback", "import", "--dry-run", "model", "pack", "--output-index")) {
            assertTrue(shown().contains(word), () -> word + " is not completed");
        }
        assertEquals(0, shell("bash", "-c", "source <(bin/understudy completion)"));
        assertEquals(0, shell("bin/understudy", "help", "wait"));
        assertTrue(shown().contains("--timeout-seconds"), shown());
        assertEquals(0, shell("bin/understudy", "help", "import"));
        assertTrue(shown().startsWith("Usage: bin/understudy import ") && shown().contains("--from-schema"), shown());
        assertEquals(0, shell("bin/understudy", "help", "model"));
        assertTrue(shown().startsWith("Usage: bin/understudy model ") && shown().contains("pack"), shown());
    }

    @Test
    void what_is_no_command_starts_no_service() throws IOException, InterruptedException {
        assertEquals(2, shell("bin/understudy", "statsu"));
        assertTrue(shown().contains("status") && !shown().contains("Listening"), shown());
        assertEquals(2, shell("bin/understudy", "--output", "json", "status"));
        assertEquals(0, shell("bin/understudy", "--version"));
        assertTrue(shown().matches("understudy [0-9].*\\n"), shown());
    }

    @Test
    void output_that_cannot_be_written_is_no_success_and_a_reader_that_has_gone_no_failure()
            throws IOException, InterruptedException {
        assertEquals(8, shell("sh", "-c", "bin/understudy tests >/dev/full"));
        assertEquals(1, shown().lines().count(), shown());
        assertEquals(8, shell("sh", "-c", "bin/understudy tests --output json >/dev/full"));
        assertEquals(8, shell("sh", "-c", "bin/understudy model --help >/dev/full"));
        assertEquals(0, shell("bash", "-c", "set -o pipefail; bin/understudy completion | head -1"));
        assertEquals(1, shown().lines().count(), shown());
    }

    @Test
    void an_actor_may_have_a_name_in_any_script() {
        assertEquals(
                0,
                run(
                        "create",
                        "cli_actor",
                        "--control",
                        "bear_specialist",
                        "--treatment",
                        "bear_specialist_v2",
                        "--explicit",
                        "--actor",
                        "Łukasz"));
        assertEquals(0, run("events", "cli_actor"));
        assertTrue(printed().contains(" Łukasz "), printed());
        assertEquals(1, run("create", "list", "--control", "bear_specialist", "--treatment", "bear_specialist_v2"));
        assertTrue(complained().contains("create or list"), complained());
        assertEquals(0, run("delete", "cli_actor"));
    }

    private int shell(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("shell").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        return process.exitValue();
    }

    private static String shown() throws IOException {
        return Files.readString(directory.resolve("shell"));
    }
}
