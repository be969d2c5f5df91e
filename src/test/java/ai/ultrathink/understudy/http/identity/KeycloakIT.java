package ai.ultrathink.understudy.http.identity;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ultrathink.understudy.Readme;
import ai.ultrathink.understudy.testkit.Bash;
import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged service with a real Keycloak, which the build unpacks into target/keycloak: a realm with a person for each
 * role, and a program that predicts.
 */
class KeycloakIT {

    private static final Path KEYCLOAK = Path.of("target", "keycloak");
    private static final Path REALM = Path.of("src", "test", "resources", "keycloak", "desk-realm.json");
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);
    private static final String TESTS = "/api/v1/ab-test";

    private static ServiceProcess keycloak;
    private static ServiceProcess service;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path home = home();
        Path realms = Files.createDirectories(home.resolve("data").resolve("import"));
        Files.write(realms.resolve(String.valueOf(REALM.getFileName())), Files.readAllBytes(REALM));
        int port = Ports.free();
        URI address = URI.create("http://127.0.0.1:" + port);
        keycloak = ServiceProcess.startAt(
                address,
                directory.resolve("keycloak.log"),
                Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1"),
                List.of(
                        home.resolve("bin").resolve("kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port));
        // both start at once, the service without its provider
        service = ServiceProcess.start(
                        directory,
                        Map.of(
                                "UNDERSTUDY_AUTH",
                                "oidc",
                                "OIDC_ISSUER",
                                address + "/realms/desk",
                                "OIDC_AUDIENCE",
                                "understudy",
                                "OIDC_ROLES_CLAIM",
                                "realm_access/roles"))
                .awaitReady();
        keycloak.awaitReady("/realms/desk/.well-known/openid-configuration", STARTS_WITHIN);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> call("GET", TESTS + "/list", person("vera"), "").statusCode() == 200);
    }

    /** Where Keycloak was unpacked; only a build that cannot fetch it is without. */
    private static Path home() throws IOException {
        if (Files.isDirectory(KEYCLOAK)) {
            try (Stream<Path> entries = Files.list(KEYCLOAK)) {
                return entries.filter(entry -> Files.exists(entry.resolve("bin").resolve("kc.sh")))
                        .findFirst()
                        .orElseThrow();
            }
        }
        assumeTrue(
                System.getenv("CI") != null,
                "SKIPPED: KeycloakIT needs Keycloak in target/keycloak, where the build unpacks it (CI never skips it)");
        return KEYCLOAK;
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // may read, predict, disable, change, reload
        "carl, false, true, false, false, false",
        "vera, true, false, false, false, false",
        "otto, true, false, true, true, false",
        "anna, true, false, true, false, false",
        "adam, true, false, false, false, true"
    })
    void a_person_may_what_the_role_in_the_realm_says(
            String name, boolean reads, boolean predicts, boolean disables, boolean changes, boolean reloads)
            throws IOException {
        String token = person(name);

        assertEquals(reads, isAllowed(call("GET", TESTS + "/list", token, "")));
        assertEquals(predicts, isAllowed(predict(token)));
        assertEquals(disables, isAllowed(call("POST", TESTS + "/none/disable", token, "")));
        assertEquals(changes, isAllowed(call("POST", TESTS + "/create", token, "{}")));
        assertEquals(reloads, isAllowed(call("POST", "/api/v1/models/reload", token, "")));
    }

    @Test
    void a_service_account_predicts() throws IOException {
        HttpResponse<String> answer =
                predict(token("grant_type=client_credentials&client_id=trading&client_secret=trading-secret"));

        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void the_commands_of_the_guide_get_a_token_and_use_it(@TempDir Path directory) throws Exception {
        Bash bash = new Bash(directory);
        bash.assumeCurl("docs/operations.md");
        String commands = Readme.read(Path.of("docs", "operations.md")).blocks("sh").stream()
                .filter(block -> block.contains("client_credentials"))
                .findFirst()
                .orElseThrow();

        String output = bash.run(
                "set -e\n"
                        + commands.replace(
                                        "https://id.example.com",
                                        keycloak.at("").toString())
                                .replace("http://localhost:8080", service.at("").toString()),
                Map.of("CLIENT_SECRET", "trading-secret"));

        assertTrue(output.contains("\"action\""), output);
    }

    @Test
    void a_token_for_another_service_is_refused() throws IOException {
        HttpResponse<String> answer =
                call("GET", TESTS + "/list", token("grant_type=password&client_id=other-service" + login("otto")), "");

        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("another audience"), answer.body());
    }

    @Test
    void the_actor_is_the_subject_whatever_x_actor_says() throws IOException {
        String token = person("otto");
        HttpResponse<String> created =
                service.send(request("POST", TESTS + "/create", token, """
                        {"test_id":"by-otto","control_model":"bull_specialist","treatment_model":"bull_specialist_v2",
                         "explicit":true}""").header("X-Actor", "vera"));
        assertEquals(201, created.statusCode(), created.body());

        JsonArray events =
                new JsonArray(call("GET", TESTS + "/by-otto/events", token, "").body());

        assertEquals(subject(token), events.getJsonObject(0).getString("actor"));
    }

    private static boolean isAllowed(HttpResponse<String> answer) {
        assertTrue(answer.statusCode() != 401 && answer.statusCode() < 500, answer.body());
        return answer.statusCode() != 403;
    }

    private static String person(String name) throws IOException {
        return token("grant_type=password&client_id=desk-cli" + login(name));
    }

    private static String login(String name) {
        return "&username=" + name + "&password=" + name + "-password";
    }

    private static String token(String form) throws IOException {
        HttpResponse<String> answer =
                keycloak.send(HttpRequest.newBuilder(keycloak.at("/realms/desk/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)));
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body()).getString("access_token");
    }

    private static String subject(String token) {
        byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return new JsonObject(new String(claims, StandardCharsets.UTF_8)).getString("sub");
    }

    private static HttpResponse<String> predict(String token) throws IOException {
        return call(
                "POST",
                "/api/v1/predict",
                token,
                "{\"symbol\":\"SPX\",\"features\":"
                        + MarketDay.readAll().getFirst().features() + "}");
    }

    private static HttpResponse<String> call(String method, String path, String token, String body) throws IOException {
        return service.send(request(method, path, token, body));
    }

    private static HttpRequest.Builder request(String method, String path, String token, String body) {
        return service.request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + token);
    }
}
