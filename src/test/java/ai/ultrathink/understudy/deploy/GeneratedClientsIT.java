package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.Npm;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tools read the OpenAPI document of the packaged service: linters find nothing in it, and clients that OpenAPI Generator makes from it
 * create a test, predict, read statistics and the report, and delete the test.
 */
class GeneratedClientsIT {

    private static final Npm NODE = new Npm(Path.of("src", "test", "openapi"));
    private static final Path PYTHON_PACKAGES = Path.of("target", "openapi-python");
    private static final long LONGEST_MINUTES = 5;

    @TempDir
    private static Path directory = Path.of("");

    private static Path document = Path.of("");
    private static Path features = Path.of("");
    private static String address = "";
    private static AutoCloseable service = () -> {};

    @BeforeAll
    static void start() throws IOException {
        ServiceProcess started = ServiceProcess.start(Files.createDirectory(directory.resolve("service")), Map.of())
                .awaitTests();
        service = started;
        address = started.at("").toString();
        document = Files.writeString(
                directory.resolve("openapi.json"),
                started.send(started.request("/q/openapi?format=json")).body());
        features = Files.writeString(
                directory.resolve("features.json"),
                MarketDay.readAll().getFirst().features());
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void linters_find_nothing_in_the_document_and_a_client_in_typescript_works()
            throws IOException, InterruptedException {
        Npm.assumePresent("The linters of the OpenAPI document and its client in TypeScript");
        NODE.install();

        String redocly = NODE.node(
                "node_modules/@redocly/cli/bin/cli.js",
                "lint",
                "--max-problems=50",
                "--format=json",
                document.toString());
        assertTrue(redocly.contains("\"errors\": 0") && redocly.contains("\"warnings\": 0"), redocly);
        String spectral = NODE.node(
                "node_modules/@stoplight/spectral-cli/dist/index.js",
                "lint",
                "--fail-severity=hint",
                document.toString());
        assertTrue(spectral.contains("No results"), spectral);

        Path folder = Files.createDirectory(directory.resolve("typescript"));
        generate("typescript-fetch", folder.resolve("generated"));
        for (String file : List.of("use.ts", "tsconfig.json")) {
            Files.copy(NODE.folder().resolve(file), folder.resolve(file));
        }
        Files.createSymbolicLink(
                folder.resolve("node_modules"),
                NODE.folder().resolve("node_modules").toAbsolutePath());
        NODE.node("node_modules/typescript/bin/tsc", "--project", folder.toString());
        assertEquals(
                "the generated client works\n",
                NODE.node(folder.resolve("use.js").toString(), address, features.toString()));
    }

    @Test
    void a_client_in_python_works() throws IOException, InterruptedException {
        Path requirements = NODE.folder().resolve("requirements.txt");
        Path python = PYTHON_PACKAGES.resolve("bin").resolve("python").toAbsolutePath();
        String away = prepare(python, requirements);
        if (!away.isEmpty()) {
            System.err.println(
                    "GeneratedClientsIT SKIPPED its client in Python: its packages cannot be fetched: " + away);
        }
        assumeTrue(away.isEmpty(), away);
        Path folder = directory.resolve("python");
        generate("python", folder);

        String output = run(
                List.of(python.toString(), NODE.folder().resolve("use.py").toString(), address, features.toString()),
                Map.of("PYTHONPATH", folder.toString()));

        assertEquals("the generated client works\n", output);
    }

    /** Why the packages cannot be had, or nothing. */
    private static String prepare(Path python, Path requirements) throws IOException, InterruptedException {
        for (List<String> command : List.of(
                List.of("python3", "-m", "venv", PYTHON_PACKAGES.toString()),
                List.of(
                        python.toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--retries=1",
                        "--timeout=15",
                        "--requirement",
                        requirements.toString()))) {
            Result result = result(command, Map.of());
            if (result.status() != 0) {
                return result.output();
            }
        }
        return "";
    }

    private static void generate(String generator, Path folder) throws IOException, InterruptedException {
        run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        "target/openapi-generator/openapi-generator-cli.jar",
                        "generate",
                        "--input-spec",
                        document.toString(),
                        "--generator-name",
                        generator,
                        "--output",
                        folder.toString()),
                Map.of());
    }

    private static String run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Result result = result(command, environment);
        assertEquals(0, result.status(), result.output());
        return result.output();
    }

    private record Result(int status, String output) {}

    private static Result result(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        String text = Files.readString(output);
        assertTrue(ended, () -> command + " is not done after " + LONGEST_MINUTES + " minutes:\n" + text);
        return new Result(process.exitValue(), text);
    }
}
