package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A service with TLS, which also listens without it, for load.
 *
 * @param client trusts its certificate
 */
record Encrypted(ServiceReplica replica, int port, SSLContext client) {

    private static final Pattern HTTPS = Pattern.compile("https://\\S+:(\\d+)");
    private static final int LARGE = 2 * 1024 * 1024;

    static Encrypted start(FaultContext context) throws IOException {
        Path directory = context.directory();
        Authority authority = Authority.create(directory, "authority");
        Authority.Pair server = authority.sign("localhost", "san=dns:localhost");
        ServiceReplica replica = context.replica(
                "UNDERSTUDY_TLS_CERTIFICATE",
                server.certificate().toString(),
                "UNDERSTUDY_TLS_KEY",
                server.key().toString(),
                "QUARKUS_HTTP_SSL_PORT",
                "0",
                "QUARKUS_HTTP_INSECURE_REQUESTS",
                "enabled");
        Matcher https = HTTPS.matcher(replica.process().output());
        if (!https.find()) {
            throw new IOException("the service does not listen with TLS");
        }
        return new Encrypted(
                replica, Integer.parseInt(https.group(1)), Authority.client(authority.certificate(), null));
    }

    /** A connection of HTTP/2. */
    SSLSocket connect() throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (!"h2".equals(socket.getApplicationProtocol())) {
            socket.close();
            throw new IOException("the service speaks \"" + socket.getApplicationProtocol() + "\" and not HTTP/2");
        }
        return socket;
    }

    /** Sends a body that is too large and other requests on one connection; returns how many others are answered. */
    int besideLargeBody(int others) throws IOException, InterruptedException, ExecutionException {
        try (HttpClient connection = HttpClient.newBuilder().sslContext(client).build()) {
            HttpClient.Version spoken = connection
                    .send(request("/q/health/live").GET().build(), BodyHandlers.discarding())
                    .version();
            if (spoken != HttpClient.Version.HTTP_2) {
                throw new IOException("the service speaks " + spoken + " and not HTTP/2");
            }
            CompletableFuture<HttpResponse<String>> large = connection.sendAsync(
                    request("/api/v1/predict")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(new byte[LARGE]))
                            .build(),
                    BodyHandlers.ofString());
            List<CompletableFuture<HttpResponse<String>>> beside = new ArrayList<>();
            for (int i = 0; i < others; i++) {
                beside.add(connection.sendAsync(request("/api/v1/models").GET().build(), BodyHandlers.ofString()));
            }
            int answered = 0;
            for (CompletableFuture<HttpResponse<String>> one : beside) {
                answered += one.handle((answer, failure) -> answer != null && answer.statusCode() == 200 ? 1 : 0)
                        .get();
            }
            large.handle((answer, failure) -> 0).get();
            return answered;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
    }
}
