package ai.ultrathink.understudy.http;

import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Many callers at once. */
public final class Crowd {

    private static final int AT_ONCE = 64;

    private Crowd() {}

    /** Asks for all predictions, so many at a time as 64 callers can; the answers are in the order of the requests. */
    public static List<HttpResponse<String>> predict(List<JsonObject> requests) {
        try (HttpClient client = client()) {
            Semaphore places = new Semaphore(AT_ONCE);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (JsonObject request : requests) {
                places.acquireUninterruptibly();
                answers.add(client.sendAsync(prediction(request), HttpResponse.BodyHandlers.ofString())
                        .whenComplete((answer, failure) -> places.release()));
            }
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    static HttpRequest prediction(JsonObject request) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + Service.PREDICT))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(request.encode()))
                .build();
    }
}
