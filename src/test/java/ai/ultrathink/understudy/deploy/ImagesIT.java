package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the images as far as that is possible without an engine: their files where their Dockerfiles put them, over nothing but
 * what their bases have, read-only, by a user who may nothing, with the exact entry point as the first process.
 *
 * <p>Where this machine does not allow that it is skipped, with a line that says so.
 */
class ImagesIT {

    private static final Path TARGET = Path.of("target");
    private static final Pattern LINKED = Pattern.compile("\\s+\\S+ => (/\\S+) \\(0x[0-9a-f]+\\)");

    private static final String MEMORY_OF_THE_POD = "-XX:MaxRAM=1536m";

    private final BuildContext context = context();
    private LocalPostgres postgres;
    private Path layout;

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        postgres = LocalPostgres.start(directory);
        layout = Files.createTempDirectory(Files.createDirectories(TARGET.resolve("images")), "layout");
    }

    @AfterEach
    void cleanUp() throws IOException {
        postgres.close();
        try (Stream<Path> files = Files.walk(layout)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native", "models"})
    void every_source_of_a_copy_is_there_after_the_build(String name) throws IOException {
        assumeBuilt(name);
        for (Dockerfile.Copy copy : Dockerfile.read(name).copies()) {
            for (String source : copy.sources()) {
                List<Path> matches = context.matches(source.replaceFirst("/$", ""));
                assertEquals(1, matches.size(), source + ": " + matches);
                assertFalse(context.sent(matches.getFirst()).isEmpty(), source + " is kept out by .dockerignore");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void answers_from_a_read_only_root_as_a_user_without_rights(String name) throws Exception {
        assumeBuilt(name);
        assumePossible();
        Dockerfile image = Dockerfile.read(name);
        String database = postgres.newDatabase();
        try (ServiceProcess service = start(image, LocalPostgres.environment(database))) {
            long started = System.nanoTime();
            service.awaitReady();
            System.out.printf(
                    "the %s image is ready after %.1f s and takes %s kB%n",
                    name,
                    (System.nanoTime() - started) / 1e9,
                    status(inside(service), "VmRSS:").findFirst().orElse("?"));

            var answer = service.send("POST", "/api/v1/predict", question());

            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(new JsonObject(answer.body()).getString("action").matches("HOLD|BUY|SELL"), answer.body());
            ProcessHandle inside = inside(service);
            assertEquals(Set.of("65532"), users(inside));
            assertEquals(Set.of("/data", "/tmp"), writable(inside));
            assertTrue(Files.notExists(Path.of("/proc/" + inside.pid() + "/root/bin/sh")));
            assertTrue(Files.exists(layout.resolve("data/lock")), "the data directory is the volume");

            inside.destroy();

            assertEquals(0, service.exitCode(), service.errors());
        }
    }

    @Test
    void says_that_it_needs_a_database_when_none_is_named() throws Exception {
        assumePossible();
        try (ServiceProcess service = start(Dockerfile.read("jvm"), Map.of())) {
            assertEquals(1, service.exitCode(), () -> service.output() + service.errors());
            assertTrue(service.errors().lines().anyMatch(line -> line.startsWith("DATABASE_URL: ")), service.errors());
        }
    }

    @Test
    void asks_for_tokens_or_for_permission_to_do_without() throws Exception {
        assumePossible();
        try (ServiceProcess service = start(Dockerfile.read("jvm"), Map.of("UNDERSTUDY_ALLOW_ANONYMOUS", "false"))) {
            assertEquals(1, service.exitCode(), () -> service.output() + service.errors());
            assertTrue(
                    service.errors().lines().anyMatch(line -> line.startsWith("QUARKUS_HTTP_HOST: got \"0.0.0.0\"")),
                    service.errors());
        }
    }

    private ServiceProcess start(Dockerfile image, Map<String, String> database) throws IOException {
        ImageRoot root = ImageRoot.of(image, context, layout.resolve("root"))
                .mount("ro", models(), "/models")
                .mount("rw", ImageRoot.volume(layout.resolve("data")), "/data")
                .mountEmpty("/tmp");
        Map<String, String> environment = new HashMap<>(settingsOfThePod());
        if (image.name().equals("native")) {
            Optional<Path> libraries = librariesOfTheJdk();
            if (libraries.isPresent()) {
                root.mount("ro", libraries.get(), "/app/lib");
                environment.put("LD_LIBRARY_PATH", "/app/lib");
            }
        }
        environment.put("UNDERSTUDY_ALLOW_ANONYMOUS", "true");
        environment.putAll(database);
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("JDK_JAVA_OPTIONS", MEMORY_OF_THE_POD);
        return ServiceProcess.start(directory, Map.of(), root.command(image, environment));
    }

    private static Map<String, String> settingsOfThePod() throws IOException {
        return Files.readAllLines(Path.of("deploy/k8s/base/understudy.env")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** A GraalVM links the JDK's own libraries into the executable. Other builds of native-image leave them in a folder. */
    private Optional<Path> librariesOfTheJdk() throws IOException {
        String executable =
                context.matches("target/understudy-*-runner").getFirst().toString();
        try (var lines = new ProcessBuilder("ldd", executable).start().inputReader()) {
            return lines.lines()
                    .map(LINKED::matcher)
                    .filter(Matcher::matches)
                    .map(library -> Path.of(library.group(1)))
                    .filter(library -> !library.startsWith("/lib") && !library.startsWith("/usr/lib"))
                    .map(Path::getParent)
                    .findFirst();
        }
    }

    /** What the init container leaves: the files of the models' image. */
    private Path models() throws IOException {
        Path folder = layout.resolve("models");
        for (Dockerfile.Copy copy : Dockerfile.read("models").copies()) {
            Path source = Path.of(copy.sources().getFirst());
            for (Path file : context.sent(source)) {
                Path link = folder.resolve(source.relativize(file));
                Files.createDirectories(link.resolve(".."));
                Files.createLink(link, file);
            }
        }
        return folder;
    }

    private static String question() throws IOException {
        String day = Files.readAllLines(Path.of("models/replay/sp500.csv")).get(1);
        return "{\"symbol\":\"SPX\",\"features\":[" + day.substring(day.indexOf(',') + 1) + "]}";
    }

    /** The first process in the container: the child of the one that made its namespaces. */
    private static ProcessHandle inside(ServiceProcess service) {
        return service.process().children().findFirst().orElseThrow();
    }

    private static Set<String> users(ProcessHandle process) throws IOException {
        return status(process, "Uid:").collect(Collectors.toSet());
    }

    private static Stream<String> status(ProcessHandle process, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field))
                .flatMap(
                        line -> Stream.of(line.substring(field.length()).strip().split("\\s+")));
    }

    /** Where files can be made: mounts that are not read-only, without the kernel's own. */
    private static Set<String> writable(ProcessHandle process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/mountinfo")).stream()
                .map(line -> line.split(" "))
                .filter(mount -> List.of(mount[5].split(",")).contains("rw"))
                .map(mount -> mount[4])
                .filter(target -> !target.matches("/(proc|dev)(/.*)?"))
                .collect(Collectors.toSet());
    }

    private static void assumeBuilt(String name) throws IOException {
        boolean built = !name.equals("native")
                || !context().matches("target/understudy-*-runner").isEmpty();
        assumeTrue(built, "SKIPPED: the native image is tried after make native");
    }

    private static void assumePossible() throws IOException, InterruptedException {
        Optional<String> whyNot = ImageRoot.whyNot();
        whyNot.ifPresent(reason -> System.err.println("The images' run is SKIPPED: " + reason));
        assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
    }

    private static BuildContext context() {
        try {
            return BuildContext.read();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
