package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The stream of changes, as a console follows it. */
@QuarkusTest
class ChangesTest {

    private static final String CHANGES = "/api/v1/overview/changes";
    /** More than any bound that is set here. */
    private static final int TOO_MANY = 400;

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void a_change_of_a_test_is_told_with_its_id() {
        try (Followed changes = new Followed(CHANGES)) {
            // its first look has been told
            await().until(() -> changes.events().stream().anyMatch(event -> event.getBoolean("all")));

            String testId = createdShadow("followed", "constant_hold", "constant_buy");

            await().until(() -> changes.name(testId));
            int before = changes.events().size();
            post(TESTS + "/" + testId + "/disable");
            await().until(() -> changes.after(before).stream()
                    .anyMatch(event -> event.getJsonArray("tests").contains(testId)));
        }
    }

    @Test
    void proxies_are_told_to_pass_events_on_at_once() {
        try (Followed changes = new Followed(CHANGES)) {
            assertEquals(200, changes.answer().statusCode());
            assertEquals("text/event-stream", changes.header("Content-Type"));
            assertEquals("no", changes.header("X-Accel-Buffering"));
            assertTrue(changes.header("Cache-Control").contains("no-"), changes.header("Cache-Control"));
        }
    }

    @Test
    void a_stream_ends_after_the_time_that_was_asked_for() {
        Response answer = get(CHANGES + "?seconds=1");

        assertEquals(200, answer.statusCode());
        assertTrue(answer.asString().startsWith("data:{"), answer.asString());
    }

    @Test
    void another_type_is_refused_with_the_one_that_there_is() {
        Response answer = RestAssured.given().accept("application/json").get(CHANGES);

        assertEquals(406, answer.statusCode());
        assertTrue(answer.asString().contains("answers text/event-stream"), answer.asString());
    }

    @Test
    void another_time_is_refused_with_the_field() {
        Response answer = get(CHANGES + "?seconds=61");

        assertEquals(400, answer.statusCode());
        assertTrue(answer.asString().contains("allowed: a whole number from 1 to 60"), answer.asString());
    }

    @Test
    void above_the_bound_a_stream_is_refused_with_what_to_do() {
        List<Followed> open = new ArrayList<>();
        try {
            Followed last = new Followed(CHANGES);
            while (last.answer().statusCode() == 200 && open.size() < TOO_MANY) {
                open.add(last);
                last = new Followed(CHANGES);
            }

            assertEquals(503, last.answer().statusCode());
            assertEquals("application/problem+json", last.header("Content-Type"));
            Response refused = get(CHANGES);
            assertTrue(refused.asString().contains("poll GET /api/v1/overview"), refused.asString());
        } finally {
            open.forEach(Followed::close);
        }
        await().until(() -> {
            try (Followed again = new Followed(CHANGES)) {
                return again.answer().statusCode() == 200;
            }
        });
    }

    /** A stream that is being read. */
    private static final class Followed implements AutoCloseable {

        private final List<JsonObject> events = new CopyOnWriteArrayList<>();
        private final HttpResponse<InputStream> answer;

        Followed(String path) {
            URI address = URI.create(RestAssured.baseURI + ":" + RestAssured.port + path);
            try {
                answer = CLIENT.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofInputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            if (answer.statusCode() == 200) {
                Thread.ofVirtual().start(this::read);
            }
        }

        private void read() {
            try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data:")) {
                        events.add(new JsonObject(line.substring("data:".length())));
                    }
                }
            } catch (IOException e) {
                // closed by the test
            }
        }

        HttpResponse<InputStream> answer() {
            return answer;
        }

        String header(String name) {
            return answer.headers().firstValue(name).orElse("");
        }

        List<JsonObject> events() {
            return events;
        }

        List<JsonObject> after(int number) {
            return List.copyOf(events).stream().skip(number).toList();
        }

        boolean name(String testId) {
            return events.stream().anyMatch(event -> event.getJsonArray("tests").contains(testId));
        }

        @Override
        public void close() {
            try {
                answer.body().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
