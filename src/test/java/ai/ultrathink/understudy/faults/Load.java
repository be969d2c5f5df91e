package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.OpenLoop;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Requests at a constant rate, whether or not the earlier ones have been answered: callers do not wait for each other. */
final class Load {

    private static final AtomicInteger LOADS = new AtomicInteger();
    private final ServiceProcess process;
    private final URI address;
    private final Ask ask;
    private final String name = "load-" + LOADS.incrementAndGet() + "-";
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<TimedAnswer> answers = new ConcurrentLinkedQueue<>();
    private final OpenLoop loop;
    private @Nullable Recording recording;

    private Load(ServiceProcess process, URI address, Ask ask, int perSecond) {
        this.process = process;
        this.address = address;
        this.ask = ask;
        this.loop = OpenLoop.start(name, perSecond, this::ask);
    }

    /** Starts asking a replica. */
    static Load start(ServiceReplica replica, Ask ask, int perSecond) {
        return new Load(replica.process(), replica.at("/api/v1/predict"), ask, perSecond);
    }

    /** Lets it go on for a while and ends it. */
    Recording lasting(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
        return stop();
    }

    /** Asks no more, waits for the answers that are due and returns them all. */
    synchronized Recording stop() {
        if (recording != null) {
            return recording;
        }
        loop.close();
        client.shutdownNow();
        List<TimedAnswer> all = answers.stream()
                .sorted(Comparator.comparingLong(TimedAnswer::sentNanos))
                .toList();
        recording = new Recording(ask, all);
        return recording;
    }

    private void ask(int number, long sentNanos) {
        answers.add(answer(number, sentNanos));
    }

    private TimedAnswer answer(int place, long sentNanos) {
        String id = name + place;
        int number = ask.question(place);
        HttpRequest request = process.authorized(HttpRequest.newBuilder(address))
                .timeout(OpenLoop.PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ask.body(id, number)))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new TimedAnswer(
                    id,
                    number,
                    sentNanos,
                    System.nanoTime() - sentNanos,
                    response.statusCode(),
                    response.headers().firstValue("Retry-After").orElse(null),
                    response.body());
        } catch (IOException e) {
            return new TimedAnswer(id, number, sentNanos, System.nanoTime() - sentNanos, 0, null, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
