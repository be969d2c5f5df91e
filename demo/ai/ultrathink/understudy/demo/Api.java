package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.ServiceProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;

/** The service's HTTP API, as any client would use it. */
final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServiceProcess service;

    Api(ServiceProcess service) {
        this.service = service;
    }

    String at(String path) {
        return service.at(path).toString();
    }

    /** What came back. */
    record Response(int status, JsonNode body) {

        /** The body of a call that must succeed. */
        JsonNode ok() {
            requireSuccess(status, body.path("detail").asText(body.toString()));
            return body;
        }
    }

    JsonNode get(String path) throws IOException {
        return read(service.send(service.request(path).GET())).ok();
    }

    /** A document in Markdown. */
    String document(String path) throws IOException {
        HttpResponse<String> response = service.send(
                service.request(path).header("Accept", "text/markdown").GET());
        requireSuccess(response.statusCode(), response.body());
        return response.body();
    }

    Response post(String path, Map<String, ?> body) throws IOException {
        return read(service.send(service.request(path)
                .header("X-Actor", "market-replay")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))));
    }

    private static Response read(HttpResponse<String> response) throws IOException {
        return new Response(response.statusCode(), JSON.readTree(response.body()));
    }

    private static void requireSuccess(int status, String what) {
        if (status / 100 != 2) {
            throw new DemoFailedException("The service answers " + status + ": " + what);
        }
    }
}
