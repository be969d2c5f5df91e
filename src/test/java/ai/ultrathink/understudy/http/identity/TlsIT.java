package ai.ultrathink.understudy.http.identity;

import static ai.ultrathink.understudy.testkit.TokenLines.sha256;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Authority;
import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
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
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with TLS: its certificates mounted as Kubernetes mounts a Secret, and callers with certificates. */
class TlsIT {

    private static final Pattern HTTPS = Pattern.compile("Listening on: https://\\S+:(\\d+)");
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final int LARGE = 2 * 1024 * 1024;
    private static final int BESIDE = 60;

    private static Path mount = Path.of("");
    private static int versions;
    private static Authority authority;
    private static Authority callers;
    private static Authority strangers;
    private static Path trading = Path.of("");
    private static Authority.Pair first;
    private static ServiceProcess service;
    private static URI address = URI.create("https://localhost");

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        authority = Authority.create(directory, "authority");
        callers = Authority.create(directory, "callers");
        trading = callers.sign("trading", "").store();
        strangers = Authority.create(Files.createDirectory(directory.resolve("strangers")), "strangers");
        mount = Files.createDirectory(directory.resolve("tls"));
        first = authority.sign("first", "san=dns:localhost");
        publish(first);
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
    void a_certificate_of_another_authority_ends_the_handshake() throws Exception {
        // with the same subject, so that nothing but the authority is another
        Path stranger = strangers.sign("trading", "").store();

        assertEquals("HTTP/1.1 200 OK", insisting(trading));
        // an alert, or the end of the connection; a connection that says nothing would be a timeout
        IOException ended = assertThrows(IOException.class, () -> insisting(stranger));
        assertFalse(ended instanceof SocketTimeoutException, ended::toString);

        // the service says which authorities it takes, so that another client does not show it
        assertEquals(401, get(stranger, "/api/v1/models", "").statusCode());
    }

    /** The first line of an answer to a caller that shows its certificate in any case. */
    private static String insisting(Path certificate) throws IOException {
        SSLContext context = Authority.insistentClient(authority.certificate(), certificate);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", address.getPort())) {
            socket.setSoTimeout(Math.toIntExact(WITHIN.toMillis()));
            socket.startHandshake();
            String request = "GET /api/v1/ab-test/list HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().findFirst().orElse("");
        }
    }

    @Test
    void earlier_versions_of_tls_are_refused() throws Exception {
        SSLContext context = Authority.client(authority.certificate(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", address.getPort())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});

            SSLException refused = assertThrows(SSLException.class, socket::startHandshake);

            assertTrue(String.valueOf(refused.getMessage()).contains("protocol_version"), refused::toString);
        }
    }

    @Test
    void files_that_are_not_valid_are_named_and_the_earlier_certificate_stays() throws Exception {
        Authority.Pair third = authority.sign("third", "san=dns:localhost");
        Path noCertificate = Files.writeString(mount.resolve("none"), "no certificate");

        publish(new Authority.Pair(third.certificate(), first.key(), third.store()));
        await().atMost(WITHIN)
                .until(() -> service.output()
                        .contains("UNDERSTUDY_TLS_KEY: got \"" + mount.resolve("tls.key")
                                + "\"; allowed: the key of the first certificate in " + mount.resolve("tls.crt")));
        assertNotEquals("CN=third", name());
        publish(new Authority.Pair(noCertificate, third.key(), third.store()));
        await().atMost(WITHIN)
                .until(() -> service.output()
                        .contains("UNDERSTUDY_TLS_CERTIFICATE: got \"" + mount.resolve("tls.crt") + "\"; allowed: "));
        assertNotEquals("CN=third", name());

        publish(third);

        await().ignoreExceptionsInstanceOf(IOException.class).atMost(WITHIN).until(() -> name().equals("CN=third"));
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
            assertEquals(413, announced.get().statusCode());
            assertEquals(413, streamed.get().statusCode());
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
