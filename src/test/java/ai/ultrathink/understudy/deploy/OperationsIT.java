package ai.ultrathink.understudy.deploy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.Readme;
import ai.ultrathink.understudy.testkit.Bash;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/operations.md says as far as it can, and has the rest parsed by those it is addressed to. */
class OperationsIT {

    private static final Path FILE = Path.of("docs", "operations.md");
    /** Where nobody listens: a command that kubectl understands ends by saying so. */
    private static final List<String> NO_CLUSTER = List.of("--server=http://127.0.0.1:9", "--request-timeout=2s");

    private static final Pattern OBJECT = Pattern.compile("\\b(deployment|service)/(\\S+)");
    private static final Pattern FOLDER = Pattern.compile(" -[kf] (\\S+)");
    private static final Pattern NAMESPACE = Pattern.compile("--namespace=(\\S+)");

    private static final String SHA256_OF_TOUR = "d7b44809a0359169b755a7030186df928be6b79eff65dc6534e17aacbca31c49";

    private static final String SHA256_OF_SECOND = "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private Readme guide = new Readme("");

    @BeforeEach
    void read() throws IOException {
        guide = Readme.read(FILE);
    }

    private List<String> lines(String program) {
        return guide.blocks("bash").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(program + " "))
                .toList();
    }

    @Test
    void every_command_is_of_a_kind_that_is_checked() {
        Set<String> programs = Set.of("kubectl", "curl", "docker");

        assertEquals(
                List.of(),
                guide.blocks("bash").stream()
                        .flatMap(String::lines)
                        .filter(line -> !programs.contains(line.split(" ", 2)[0]) && !line.matches("[A-Z]+=.*"))
                        .toList());
    }

    @Test
    void an_empty_database_becomes_a_canary_by_the_commands_as_printed() throws Exception {
        Bash bash = new Bash(directory);
        bash.assumeCurl("docs/operations.md");
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            String address = postgres.newDatabase();
            prepare(address);
            Path tokens = directory.resolve("tokens");
            Files.writeString(
                    tokens,
                    "ada caller,operator,admin " + SHA256_OF_TOUR + "\ngrace approver " + SHA256_OF_SECOND + "\n");
            Map<String, String> environment = Map.of(
                    "DATABASE_URL",
                    address.replaceFirst("[^/]+$", "understudy"),
                    "DATABASE_USERNAME",
                    "understudy",
                    "UNDERSTUDY_AUTH",
                    "tokens",
                    "UNDERSTUDY_TOKENS_FILE",
                    tokens.toString());
            try (ServiceProcess service =
                    ServiceProcess.start(directory, environment).awaitReady()) {
                HttpRequest.Builder list =
                        service.request("/api/v1/ab-test/list").header("Authorization", "Bearer tour");
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> service.send(list.GET()).statusCode() == 200);
                String output = bash.tour("TOKEN=tour SECOND=second\n" + withoutKubectl(), service);

                assertTrue(output.contains("\"agreement_rate\""), output);
                assertTrue(output.contains("\"within_tolerance\""), output);
                assertTrue(output.contains("understudy_journal_pending 0.0"), output);
                assertTrue(output.contains("promotion_reverted"), output);
            }
        }
    }

    private void prepare(String superuserDatabase) throws SQLException {
        try (Connection connection = LocalPostgres.connect(superuserDatabase);
                Statement statement = connection.createStatement()) {
            for (String sql : guide.blocks("sql").getFirst().lines().toList()) {
                statement.execute(sql);
            }
        }
    }

    private String withoutKubectl() {
        return String.join(
                "\n",
                guide.blocks("bash").stream()
                        .flatMap(String::lines)
                        .filter(line -> !line.startsWith("kubectl ") && !line.startsWith("docker "))
                        .toList());
    }

    @Test
    void kubectl_understands_every_command_and_the_overlay_has_what_it_names() throws Exception {
        Kubectl kubectl = Kubectl.fetched();
        Cluster production = Cluster.of(kubectl.kustomize(Path.of("deploy/k8s/overlays/production")));
        String namespace =
                production.all(Namespace.class).getFirst().getMetadata().getName();

        for (String line : lines("kubectl")) {
            understood(kubectl, line);
            OBJECT.matcher(line)
                    .results()
                    .forEach(named -> assertTrue(
                            production.objects().stream()
                                    .anyMatch(object -> is(object, named.group(1), named.group(2))),
                            line));
            FOLDER.matcher(line).results().forEach(named -> assertTrue(Files.exists(Path.of(named.group(1))), line));
            NAMESPACE.matcher(line).results().forEach(named -> assertEquals(namespace, named.group(1), line));
        }
        assertTrue(lines("kubectl").size() > 10);
    }

    private static boolean is(HasMetadata object, String kind, String name) {
        return object.getKind().equalsIgnoreCase(kind)
                && object.getMetadata().getName().equals(name);
    }

    private static void understood(Kubectl kubectl, String line) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(Stream.of(line.split(" ")).skip(1).toList());
        command.addFirst(kubectl.program().toString());
        command.addAll(NO_CLUSTER);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertTrue(output.contains("127.0.0.1:9") && !output.contains("unknown"), () -> line + "\n" + output);
    }

    @Test
    void the_secret_that_is_made_is_the_one_that_pods_read() throws Exception {
        Kubectl kubectl = Kubectl.fetched();
        Cluster production = Cluster.of(kubectl.kustomize(Path.of("deploy/k8s/overlays/production")));
        String made = lines("kubectl").stream()
                .filter(line -> line.contains("create secret"))
                .findFirst()
                .orElseThrow();

        production
                .one(Deployment.class, "understudy")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv()
                .forEach(variable -> {
                    var reference = variable.getValueFrom().getSecretKeyRef();
                    assertTrue(made.contains(" generic " + reference.getName() + " "), made);
                    assertTrue(made.contains(" --from-literal=" + reference.getKey() + "="), made);
                });
    }

    @Test
    void the_password_is_the_roles() {
        String role = guide.blocks("sql").getFirst();
        String secret = String.join("\n", lines("kubectl"));

        assertTrue(role.contains("PASSWORD 'choose-another'") && secret.contains("password=choose-another"));
    }

    @Test
    void docker_builds_from_a_dockerfile_that_is_there_and_pushes_what_it_built() {
        List<String> lines = lines("docker");
        String image = lines.getFirst().replaceAll(".* -t (\\S+) .*", "$1");

        assertTrue(Files.exists(Path.of(lines.getFirst().replaceAll(".* -f (\\S+) .*", "$1"))));
        assertEquals("docker push " + image, lines.getLast());
        assertTrue(lines("kubectl").stream().anyMatch(line -> line.contains("models=" + image)));
    }

    @Test
    void links_lead_somewhere() {
        Pattern.compile("\\]\\(([^)#:]+)[^):]*\\)")
                .matcher(guide.text())
                .results()
                .forEach(link -> assertTrue(Files.exists(Path.of("docs").resolve(link.group(1))), link.group(1)));
    }
}
