package ai.ultrathink.understudy.http.identity;

import static ai.ultrathink.understudy.testkit.TokenLines.ROLES;
import static ai.ultrathink.understudy.testkit.TokenLines.everyRole;
import static ai.ultrathink.understudy.testkit.TokenLines.sha256;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ultrathink.understudy.testkit.ClosedLoop;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service with a file of tokens, as Kubernetes mounts it: a link to a folder that is replaced. */
class AccessIT {

    private static final Pattern ROW =
            Pattern.compile("\\| `(GET|POST|PUT|DELETE) (/(?:api/|v2)\\S*)` \\| (.+?) \\|.*");
    private static final String TESTS = "/api/v1/ab-test";
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private static Path mount = Path.of("");
    private static int versions;
    private static ServiceProcess service;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        mount = Files.createDirectory(directory.resolve("tokens"));
        publish(everyRole());
        Files.createSymbolicLink(mount.resolve("tokens"), Path.of("..data", "tokens"));
        service = ServiceProcess.start(
                        directory,
                        Map.of(
                                "UNDERSTUDY_AUTH",
                                "tokens",
                                "UNDERSTUDY_TOKENS_FILE",
                                mount.resolve("tokens").toString()))
                .awaitReady();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> get("viewer", TESTS + "/list").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** Replaces the folder as a kubelet does. */
    private static void publish(String tokens) throws IOException {
        Path version = Files.createDirectory(mount.resolve("..version_" + ++versions));
        Files.writeString(version.resolve("tokens"), tokens);
        Path link = mount.resolve("..data_tmp");
        Files.createSymbolicLink(link, version.getFileName());
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void the_table_in_the_documents_has_every_call_with_its_roles() throws IOException {
        Map<String, String> table = new TreeMap<>();
        Files.readAllLines(Path.of("docs", "security.md")).stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .forEach(row -> table.put(
                        row.group(1) + " " + row.group(2), row.group(3).replace("`", "")));

        assertEquals(
                calls().stream()
                        .collect(Collectors.toMap(
                                call -> call.method + " " + call.path,
                                call -> call.roles.isEmpty() ? "all" : String.join(", ", call.roles),
                                (one, other) -> one,
                                TreeMap::new)),
                table);
    }

    @Test
    void every_call_is_answered_to_its_roles_and_refused_to_all_others() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Call call : callsWithRoles()) {
            for (String role : ROLES) {
                Set<String> has = Set.copyOf(role.equals("caller") ? List.of(role) : List.of(role, "viewer"));
                boolean may = call.roles.stream().anyMatch(has::contains);
                HttpResponse<String> answer = send(call.request().header("Authorization", "Bearer " + role));
                boolean asIntended = may
                        ? answer.statusCode() != 401 && answer.statusCode() != 403
                        : answer.statusCode() == 403
                                && problem(answer).contains(role + "-token")
                                && problem(answer).contains(String.join(" or ", call.roles));
                if (!asIntended) {
                    wrong.add(call.method + " " + call.path + " as " + role + ": " + answer.statusCode() + " "
                            + answer.body());
                }
            }
        }

        assertEquals(List.of(), wrong);
    }

    @Test
    void no_call_is_answered_without_a_token() throws IOException {
        for (Call call : callsWithRoles()) {
            HttpResponse<String> answer = send(call.request());

            assertEquals(401, answer.statusCode(), call.path);
            assertEquals(
                    Optional.of("Bearer realm=\"understudy\""), answer.headers().firstValue("WWW-Authenticate"));
            assertTrue(problem(answer).contains(String.join(" or ", call.roles)), answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer unknown",
                "Bearer VIEWER",
                "Bearer viewer x",
                "Bearer viewer,viewer",
                "Basic dmlld2VyOnZpZXdlcg==",
                "viewer",
                "Digest viewer",
                "Bearer \u00ff\u00fe"
            })
    void a_credential_that_is_not_a_known_token_is_refused(String credential) throws IOException {
        HttpResponse<String> answer =
                send(service.request("/api/v1/models").GET().header("Authorization", credential));

        assertEquals(401, answer.statusCode());
        assertTrue(
                answer.headers().firstValue("WWW-Authenticate").orElse("").contains("invalid_token"),
                answer.headers().toString());
        assertTrue(problem(answer).contains("the role viewer"), answer.body());
        assertFalse(answer.body().contains("dmlld2VyOnZpZXdlcg"), answer.body());
    }

    @Test
    void without_a_client_there_is_no_login_and_a_cookie_is_none() throws IOException {
        for (String path : List.of("/console/login", "/console/login?code=a&state=b", "/console/logout")) {
            assertEquals(404, send(service.plainRequest(path).GET()).statusCode(), path);
        }
        assertEquals(
                "{\"offered\":false,\"signed_in\":false}",
                send(service.plainRequest("/console/login.json").GET().header("Cookie", "q_session_console=a"))
                        .body());
        assertEquals(
                401,
                send(service.plainRequest("/api/v1/models").GET().header("Cookie", "q_session_console=a"))
                        .statusCode());
    }

    @Test
    void what_is_refused_is_counted_by_its_reason() throws IOException {
        send(service.request("/api/v1/models").GET());
        get("unknown", "/api/v1/models");
        get("caller", "/api/v1/models");

        String metrics = send(service.request("/q/metrics").GET()).body();
        for (String reason : List.of("no_token", "bad_token", "role")) {
            assertTrue(
                    Pattern.compile("understudy_access_refused_total\\{reason=\"" + reason + "\",?} [1-9]")
                            .matcher(metrics)
                            .find(),
                    reason);
        }
    }

    @Test
    void a_flood_of_bad_tokens_is_answered_late_and_keeps_no_valid_one_waiting() throws Exception {
        AtomicReference<@Nullable HttpResponse<String>> late = new AtomicReference<>();
        try (ClosedLoop flood = ClosedLoop.start(16, (caller, number) -> {
            HttpResponse<String> answer = get("guess-" + number, "/api/v1/models");
            if (answer.statusCode() != 401) {
                late.compareAndSet(null, answer);
            }
            return late.get() == null;
        })) {
            flood.join();
        }

        HttpResponse<String> answer = Objects.requireNonNull(late.get());
        assertEquals(429, answer.statusCode());
        assertEquals(Optional.of("1"), answer.headers().firstValue("Retry-After"));
        assertTrue(problem(answer).contains("50 bad credentials"), answer.body());
        assertEquals(200, status("viewer"));
        await().atMost(WITHIN).until(() -> status("wrong") == 401);
    }

    @Test
    void the_hash_of_a_token_is_no_token() throws IOException {
        assertEquals(401, get(sha256("viewer"), "/api/v1/models").statusCode());
    }

    @Test
    void two_credentials_are_none_even_if_both_are_valid() throws IOException {
        HttpResponse<String> answer = send(service.request("/api/v1/models")
                .GET()
                .header("Authorization", "Bearer viewer")
                .header("Authorization", "Bearer viewer"));

        assertEquals(401, answer.statusCode());
        assertTrue(problem(answer).contains("2 headers"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"access_token=viewer", "token=viewer", "Authorization=Bearer%20viewer", "authorization=viewer"})
    void a_token_in_the_query_is_none_and_is_not_repeated(String query) throws IOException {
        HttpResponse<String> answer =
                send(service.request("/api/v1/models?" + query).GET());

        assertEquals(401, answer.statusCode());
        assertFalse(answer.body().contains(query), answer.body());
        assertFalse(service.output().contains(query));
    }

    @Test
    void the_scheme_is_read_without_regard_to_case() throws IOException {
        assertEquals(
                200,
                send(service.request("/api/v1/models").GET().header("authorization", "bEARER viewer"))
                        .statusCode());
    }

    @Test
    void a_call_that_does_not_exist_does_not_exist_for_nobody_either() throws IOException {
        assertEquals(404, get("viewer", "/api/v1/nothing").statusCode());
        assertTrue(Set.of(401, 404)
                .contains(send(service.request("/api/v1/nothing").GET()).statusCode()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/predict/../models",
                "/api/v1/%2e%2e/v1/models",
                "/api/v1/models;role=viewer",
                "/api/v1/models/",
                "//api/v1/models",
                "/API/v1/models"
            })
    void no_way_of_writing_a_path_gets_around_the_roles(String path) throws IOException {
        HttpResponse<String> nobody = send(service.request(path).GET());
        HttpResponse<String> caller = get("caller", path);

        assertTrue(nobody.statusCode() >= 400, path + ": " + nobody.statusCode());
        assertTrue(caller.statusCode() >= 400, path + ": " + caller.statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/predict/../models",
                "/api/v1/predict/%2e%2e/models",
                "/api/v1/predict/..%2fmodels",
                "/api/v1/predict;/../models",
                "/api/v1/models;a=b",
                "/api/v1/./models"
            })
    void a_path_that_a_gateway_may_read_differently_is_refused(String path) throws IOException {
        HttpResponse<String> answer = get("viewer", path);

        assertEquals(400, answer.statusCode(), path);
        assertTrue(problem(answer).contains("gateway"), answer.body());
    }

    @Test
    void the_actor_is_the_name_of_the_token_whatever_x_actor_says() throws IOException {
        String test =
                "{\"test_id\":\"actor\",\"control_model\":\"sideways_specialist\",\"treatment_model\":\"bear_specialist_v2\"}";
        HttpResponse<String> created = send(service.request(TESTS + "/create")
                .POST(BodyPublishers.ofString(test))
                .header("X-Actor", "grace")
                .header("Authorization", "Bearer operator"));
        HttpResponse<String> disabled = send(service.request(TESTS + "/actor/disable")
                .POST(BodyPublishers.noBody())
                .header("X-Actor", "guardrails")
                .header("Authorization", "Bearer approver"));

        assertEquals(201, created.statusCode(), created.body());
        assertEquals(200, disabled.statusCode(), disabled.body());
        assertEquals(
                List.of("approver-token", "operator-token"),
                new JsonArray(get("viewer", TESTS + "/actor/events").body())
                        .stream()
                                .map(event -> ((JsonObject) event).getString("actor"))
                                .toList());
    }

    /** With tokens four eyes are the default, and only the name of the token counts. */
    @Test
    void who_asked_does_not_approve_whatever_x_actor_says_and_another_person_does() throws IOException {
        publish(everyRole() + "\nada operator,approver " + sha256("ada"));
        await().atMost(WITHIN).until(() -> status("ada") == 200);
        HttpResponse<String> created = send(as("operator", TESTS + "/create")
                .POST(BodyPublishers.ofString(
                        "{\"test_id\":\"eyes\",\"control_model\":\"bear_specialist\",\"explicit\":true,"
                                + "\"treatment_model\":\"bear_specialist_v2\"}")));
        assertEquals(true, new JsonObject(created.body()).getBoolean("four_eyes"), created.body());
        HttpResponse<String> asked = send(
                as("ada", TESTS + "/eyes/promote").POST(BodyPublishers.ofString("{\"override\":\"it is tried\"}")));
        assertEquals(202, asked.statusCode(), asked.body());
        String approve = "/api/v1/approvals/" + new JsonObject(asked.body()).getString("approval_id") + "/approve";

        HttpResponse<String> own =
                send(as("ada", approve).header("X-Actor", "grace").POST(BodyPublishers.noBody()));
        HttpResponse<String> operator = send(as("operator", approve).POST(BodyPublishers.noBody()));
        HttpResponse<String> admin = send(as("admin", approve).POST(BodyPublishers.noBody()));
        HttpResponse<String> other = send(as("approver", approve).POST(BodyPublishers.noBody()));

        assertEquals(403, own.statusCode(), own.body());
        assertTrue(problem(own).contains("ada asked for it"), own.body());
        assertEquals(403, operator.statusCode(), operator.body());
        assertEquals(403, admin.statusCode(), admin.body());
        assertEquals(200, other.statusCode(), other.body());
        JsonObject promotion = new JsonArray(get("viewer", "/api/v1/promotions").body()).getJsonObject(0);
        assertEquals("ada", promotion.getString("by"));
        assertEquals("approver-token", promotion.getString("approved_by"));
    }

    private static HttpRequest.Builder as(String token, String path) {
        return service.request(path).header("Authorization", "Bearer " + token);
    }

    @Test
    void a_token_that_is_taken_out_of_the_file_is_refused_and_a_new_one_accepted() throws IOException {
        publish(everyRole() + "\ngrace viewer " + sha256("new"));
        await().atMost(WITHIN).until(() -> status("new") == 200);

        publish(everyRole() + "\n# grace viewer " + sha256("new"));
        await().atMost(WITHIN).until(() -> status("new") == 401);

        assertEquals(200, status("viewer"));
    }

    @Test
    void a_file_that_is_not_valid_leaves_the_tokens_as_they_were_and_the_log_says_so() throws IOException {
        publish(everyRole() + "\neve root " + sha256("eve"));

        await().atMost(WITHIN).until(() -> service.output().contains("the role \"root\""));
        assertEquals(200, status("viewer"));
        assertEquals(401, status("eve"));
        assertFalse(service.output().contains(sha256("eve")));

        publish(everyRole());
    }

    @Test
    void from_another_machine_health_needs_nobody_and_all_else_a_viewer() throws IOException {
        InetAddress address = otherAddress();
        for (String path : List.of("/q/health/live", "/q/health/ready", "/q/health/started", "/q/health")) {
            assertEquals(200, from(address, path, "").statusCode(), path);
            assertEquals(200, from(address, path, "unknown").statusCode(), path);
        }
        for (String path : List.of("/q/metrics", "/q/openapi", "/q/swagger-ui/", "/q/nothing", "/nothing")) {
            HttpResponse<String> nobody = from(address, path, "");
            HttpResponse<String> caller = from(address, path, "caller");
            assertEquals(401, nobody.statusCode(), path);
            assertTrue(nobody.headers().firstValue("WWW-Authenticate").isPresent(), path);
            assertTrue(problem(nobody).contains("viewer"), nobody.body());
            assertEquals(403, caller.statusCode(), path);
            assertTrue(problem(caller).contains("viewer"), caller.body());
            assertEquals(
                    path.endsWith("nothing") ? 404 : 200,
                    from(address, path, "viewer").statusCode(),
                    path);
        }
        for (String path : List.of("/q/metrics", "/q/openapi", "/q/swagger-ui/")) {
            assertEquals(200, send(service.request(path).GET()).statusCode(), path);
        }
    }

    @Test
    void without_tokens_no_other_machine_is_heard(@TempDir Path directory) throws IOException {
        InetAddress address = otherAddress();
        try (ServiceProcess alone = ServiceProcess.start(
                        directory, Map.of("DATABASE_URL", "postgresql://127.0.0.1:9/none"))
                .awaitReady()) {
            int port = alone.at("/").getPort();

            assertThrows(ConnectException.class, () -> new Socket(address, port).close());
            assertEquals(200, alone.status("/api/v1/models"));
        }
    }

    @Test
    void a_service_that_anyone_may_use_warns_of_it(@TempDir Path directory) throws IOException {
        try (ServiceProcess open = ServiceProcess.start(
                        directory,
                        Map.of(
                                "DATABASE_URL",
                                "postgresql://127.0.0.1:9/none",
                                "QUARKUS_HTTP_HOST",
                                "0.0.0.0",
                                "UNDERSTUDY_ALLOW_ANONYMOUS",
                                "true"))
                .awaitReady()) {
            URI elsewhere = URI.create("http://" + otherAddress().getHostAddress() + ":"
                    + open.at("/").getPort() + "/api/v1/models");
            assertEquals(200, send(HttpRequest.newBuilder(elsewhere).GET()).statusCode());
            assertTrue(open.output().contains("WARN"), open.output());
            assertTrue(open.output().contains("all who reach the port may do everything"), open.output());
        }
    }

    /** An address of this machine that is not loopback. */
    private static InetAddress otherAddress() throws IOException {
        Optional<InetAddress> address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(one -> one instanceof Inet4Address && !one.isLoopbackAddress() && !one.isLinkLocalAddress())
                .findFirst();
        assumeTrue(address.isPresent(), "this machine has no other address than loopback");
        return address.orElseThrow();
    }

    private static HttpResponse<String> from(InetAddress address, String path, String token) throws IOException {
        URI uri = URI.create(
                "http://" + address.getHostAddress() + ":" + service.at("/").getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
        return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
    }

    private static int status(String token) throws IOException {
        return get(token, "/api/v1/models").statusCode();
    }

    private static HttpResponse<String> get(String token, String path) throws IOException {
        return send(service.request(path).GET().header("Authorization", "Bearer " + token));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        return service.send(request);
    }

    private static String problem(HttpResponse<String> answer) {
        if (answer.uri().getPath().startsWith("/v2")) {
            return new JsonObject(answer.body()).getString("error");
        }
        assertEquals(
                Optional.of("application/problem+json"),
                answer.headers().firstValue("Content-Type").map(type -> type.split(";", 2)[0]),
                answer.body());
        JsonObject problem = new JsonObject(answer.body());
        assertEquals(answer.statusCode(), problem.getInteger("status"));
        return problem.getString("detail");
    }

    /** The calls of the OpenAPI document, with the roles that it names. */
    private static List<Call> callsWithRoles() throws IOException {
        return calls().stream().filter(call -> !call.roles.isEmpty()).toList();
    }

    @Test
    void probes_of_the_inference_protocol_need_no_token_and_no_other_call_is_open() throws IOException {
        Set<String> open = calls().stream()
                .filter(call -> call.roles.isEmpty())
                .map(Call::path)
                .collect(Collectors.toSet());

        assertEquals(Set.of("/v2/health/live", "/v2/health/ready"), open);
        for (String path : open) {
            assertEquals(200, send(service.request(path).GET()).statusCode());
            assertEquals(
                    200,
                    send(service.request(path).GET().header("Authorization", "Bearer wrong"))
                            .statusCode());
        }
    }

    private static List<Call> calls() throws IOException {
        JsonObject paths = new JsonObject(
                        send(service.request("/q/openapi?format=json").GET()).body())
                .getJsonObject("paths");
        List<Call> calls = new ArrayList<>();
        for (String path : paths.fieldNames()) {
            JsonObject operations = paths.getJsonObject(path);
            for (String method : operations.fieldNames()) {
                if (operations.getValue(method) instanceof JsonObject operation && operation.containsKey("responses")) {
                    JsonArray roles = operation.getJsonArray("x-roles");
                    assertTrue(roles != null, method + " " + path + " has no role");
                    calls.add(new Call(
                            method.toUpperCase(Locale.ROOT),
                            path,
                            roles.stream().map(String::valueOf).toList()));
                }
            }
        }
        assertTrue(calls.size() > 25, "calls: " + calls);
        return calls;
    }

    private record Call(String method, String path, List<String> roles) {

        HttpRequest.Builder request() {
            return service.request(path.replaceAll("\\{[a-z_]+}", "1") + (isStream() ? "?seconds=1" : ""))
                    .method(
                            method,
                            method.equals("GET") || method.equals("DELETE")
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString("{}"));
        }

        /** Whether its answer lasts as long as it is asked to. */
        private boolean isStream() {
            return path.endsWith("/changes");
        }
    }
}
