package ai.ultrathink.understudy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** The service's HTTP API, as any client would use it. */
final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    /** @param base such as http://localhost:8080 */
    Api(String base) {
        this.base = base;
    }

    String at(String path) {
        return base + path;
    }

    /** What came back. */
    record Response(int status, JsonNode body) {

        /** The body of a call that must succeed. */
        JsonNode ok() {
            if (status / 100 != 2) {
                throw new DemoFailedException("The service answers " + status + ": "
                        + body.path("detail").asText(body.toString()));
            }
            return body;
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build()).ok();
    }

    /** A document in Markdown. */
    String document(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request(path).header("Accept", "text/markdown").GET().build(), BodyHandlers.ofString(UTF_8));
        if (response.statusCode() != OK) {
            throw new DemoFailedException("The service answers " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    Response post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("X-Actor", "market-replay")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    }

    /** Whether the service can serve and knows its tests; false as well while nothing listens. */
    boolean ready() throws InterruptedException {
        try {
            return send(request("/q/health/ready").GET().build()).status == OK
                    && send(request("/api/v1/ab-test/list").GET().build()).status == OK;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(at(path))).timeout(TIMEOUT);
    }

    private Response send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        return new Response(response.statusCode(), JSON.readTree(response.body()));
    }
}
