package ai.ultrathink.understudy.http.identity;

import static ai.ultrathink.understudy.testkit.TokenLines.sha256;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Authority;
import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with TLS: its certificates mounted as Kubernetes mounts a Secret, and callers with certificates. */
class TlsIT {

    private static final Pattern HTTPS = Pattern.compile("Listening on: https://\\S+:(\\d+)");
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int LARGE = 2 * 1024 * 1024;
    private static final int BESIDE = 60;

    private static Path mount = Path.of("");
    private static int versions;
    private static Authority authority;
    private static Authority callers;
    private static Authority strangers;
    private static ServiceProcess service;
    private static URI address = URI.create("https://localhost");

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        authority = Authority.create(directory, "authority");
        callers = Authority.create(directory, "callers");
        strangers = Authority.create(directory, "strangers");
        mount = Files.createDirectory(directory.resolve("tls"));
        publish(authority.sign("first", "san=dns:localhost"));
        Files.createSymbolicLink(mount.resolve("tls.crt"), Path.of("..data", "tls.crt"));
        Files.createSymbolicLink(mount.resolve("tls.key"), Path.of("..data", "tls.key"));
        Path tokens = Files.writeString(directory.resolve("tokens"), "ada viewer,caller " + sha256("viewer"));
        Path clients = Files.writeString(
                directory.resolve("clients"), "# by their certificates\ntrading operator,caller cn=trading\n");
        service = ServiceProcess.start(
                        directory,
                        Map.of(
                                "UNDERSTUDY_AUTH", "tokens",
                                "UNDERSTUDY_TOKENS_FILE", tokens.toString(),
                                "UNDERSTUDY_TLS_CERTIFICATE",
                                        mount.resolve("tls.crt").toString(),
                                "UNDERSTUDY_TLS_KEY", mount.resolve("tls.key").toString(),
                                "UNDERSTUDY_TLS_CLIENT_CA",
                                        callers.certificate().toString(),
                                "UNDERSTUDY_TLS_CLIENTS_FILE", clients.toString(),
                                "QUARKUS_HTTP_SSL_PORT", String.valueOf(Ports.free()),
                                "UNDERSTUDY_MANAGEMENT_PORT", "0"))
                .awaitReady();
        Matcher https = HTTPS.matcher(service.output());
        assertTrue(https.find(), service.output());
        address = URI.create("https://localhost:" + https.group(1));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** Replaces the folder as a kubelet does. */
    private static void publish(Authority.Pair pair) throws IOException {
        Path version = Files.createDirectory(mount.resolve("..version_" + ++versions));
        Files.copy(pair.certificate(), version.resolve("tls.crt"));
        Files.copy(pair.key(), version.resolve("tls.key"));
        Path link = mount.resolve("..data_tmp");
        Files.createSymbolicLink(link, version.getFileName());
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void there_is_https_alone_and_a_token_is_needed() throws Exception {
        assertFalse(service.output().contains("Listening on: http:"), service.output());
        assertEquals(401, get(null, "/api/v1/models", "").statusCode());

        HttpResponse<String> answer = get(null, "/api/v1/models", "viewer");

        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "max-age=31536000",
                answer.headers().firstValue("Strict-Transport-Security").orElse(""));
        assertEquals(
                "nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
    }

    @Test
    void the_port_for_probes_has_nothing_else() {
        assertEquals(200, service.status("/q/health/ready"));
        assertEquals(200, service.status("/q/metrics"));
        assertEquals(404, service.status("/api/v1/models"));
    }

    @Test
    void a_certificate_gives_its_caller_a_name_and_roles() throws Exception {
        Path trading = callers.sign("trading", "").store();
        String test =
                "{\"test_id\":\"tls\",\"control_model\":\"bear_specialist\",\"treatment_model\":\"bear_specialist_v2\"}";
        await().atMost(WITHIN)
                .until(() -> get(trading, "/api/v1/ab-test/list", "").statusCode() == 200);

        HttpResponse<String> created = send(
                trading,
                request("/api/v1/ab-test/create", "")
                        .header("Content-Type", "application/json")
                        .header("X-Actor", "grace")
                        .POST(BodyPublishers.ofString(test)));
        HttpResponse<String> reload =
                send(trading, request("/api/v1/models/reload", "").POST(BodyPublishers.noBody()));

        assertEquals(201, created.statusCode(), created.body());
        assertEquals(403, reload.statusCode(), reload.body());
        JsonArray events =
                new JsonArray(get(trading, "/api/v1/ab-test/tls/events", "").body());
        assertEquals("trading", ((JsonObject) events.getValue(0)).getString("actor"));
    }

    @Test
    void a_certificate_that_has_no_name_is_no_credential_and_a_token_counts_beside_it() throws Exception {
        Path unnamed = callers.sign("unnamed", "").store();

        assertEquals(401, get(unnamed, "/api/v1/models", "").statusCode());
        assertEquals(200, get(unnamed, "/api/v1/models", "viewer").statusCode());
        assertEquals(
                401,
                get(callers.sign("trading2", "").store(), "/api/v1/models", "bad")
                        .statusCode());
    }

    @Test
    void a_certificate_of_another_authority_is_no_credential() throws Exception {
        Path stranger = strangers.sign("stranger", "").store();

        // the service says which authorities it takes, so that the caller does not show it
        assertEquals(401, get(stranger, "/api/v1/models", "").statusCode());
    }

    @Test
    void a_certificate_that_is_replaced_is_used_without_a_restart() throws Exception {
        publish(authority.sign("second", "san=dns:localhost"));

        // a handshake that is under way meanwhile may be cut off
        await().ignoreExceptionsInstanceOf(IOException.class).atMost(WITHIN).until(() -> name().equals("CN=second"));
        assertEquals(200, get(null, "/api/v1/models", "viewer").statusCode());
    }

    @Test
    void a_body_that_is_too_large_costs_its_own_stream_alone() throws Exception {
        try (HttpClient client = client(null)) {
            List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
            assertEquals(
                    HttpClient.Version.HTTP_2,
                    client.send(models(), BodyHandlers.ofString()).version());
            CompletableFuture<HttpResponse<String>> announced =
                    client.sendAsync(large(BodyPublishers.ofByteArray(new byte[LARGE])), BodyHandlers.ofString());
            CompletableFuture<HttpResponse<String>> streamed = client.sendAsync(
                    large(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[LARGE]))),
                    BodyHandlers.ofString());
            for (int i = 0; i < BESIDE; i++) {
                others.add(client.sendAsync(models(), BodyHandlers.ofString()));
            }

            for (CompletableFuture<HttpResponse<String>> other : others) {
                assertEquals(200, other.get().statusCode());
            }
            for (CompletableFuture<HttpResponse<String>> one : List.of(announced, streamed)) {
                // an answer, or the end of its stream
                int status = one.handle((answer, failure) -> answer == null ? 413 : answer.statusCode())
                        .get();
                assertEquals(413, status);
            }
            assertEquals(200, client.send(models(), BodyHandlers.ofString()).statusCode());
        }
    }

    private static HttpRequest models() {
        return request("/api/v1/models", "viewer").GET().build();
    }

    private static HttpRequest large(HttpRequest.BodyPublisher body) {
        return request("/api/v1/outcomes", "viewer")
                .header("Content-Type", "application/json")
                .POST(body)
                .build();
    }

    /** The subject of the certificate that the service shows. */
    private static String name() throws Exception {
        SSLSession session = get(null, "/q/health/live", "").sslSession().orElseThrow();
        return ((X509Certificate) session.getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static HttpResponse<String> get(@Nullable Path certificate, String path, String token) throws Exception {
        return send(certificate, request(path, token).GET());
    }

    private static HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(WITHIN);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(@Nullable Path certificate, HttpRequest.Builder request) throws Exception {
        try (HttpClient client = client(certificate)) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static HttpClient client(@Nullable Path certificate) throws IOException {
        SSLContext context = Authority.client(authority.certificate(), certificate);
        return HttpClient.newBuilder().sslContext(context).build();
    }
}
