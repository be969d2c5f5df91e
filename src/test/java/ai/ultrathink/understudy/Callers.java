package ai.ultrathink.understudy;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.ClosedLoop;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Callers who ask a service for one prediction after the other, until it is gone or they are told to stop. */
final class Callers {

    private final URI predict;
    private final String name;
    private final List<String> testIds;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Collection<String> answered = new ConcurrentLinkedQueue<>();
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private @Nullable ClosedLoop loop;

    private Callers(URI predict, String name, List<String> testIds) {
        this.predict = predict;
        this.name = name;
        this.testIds = testIds;
    }

    /**
     * Lets them begin.
     *
     * @param name what their request ids begin with, which nobody else's do
     * @param testIds the tests that they name in turn
     */
    static Callers start(ServiceProcess service, int callers, String name, List<String> testIds) {
        Callers started = new Callers(service.at(Service.PREDICT), name, testIds);
        started.loop = ClosedLoop.start(callers, started::call);
        return started;
    }

    private boolean call(int caller, int number) throws IOException {
        String requestId = name + "-" + caller + "-" + number;
        String testId = testIds.get(number % testIds.size());
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(predict)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(Service.request(testId)
                                    .put("request_id", requestId)
                                    .encode()))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                answered.add(requestId);
            } else {
                failures.add(answer.statusCode() + " " + answer.body());
            }
            return true;
        } catch (IOException e) {
            failures.add(e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until each has had its last answer, or none because the service is gone. */
    void join() {
        try (client) {
            loop().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets each have its last answer. */
    void stop() {
        try (client) {
            loop().close();
        }
    }

    private ClosedLoop loop() {
        return Objects.requireNonNull(loop, "started");
    }

    /** The requests that were answered with 200 and read to the end. */
    Collection<String> answered() {
        return answered;
    }

    /** What the others got: a status with a body, or an exception where the connection broke. */
    Collection<String> failures() {
        return failures;
    }
}
