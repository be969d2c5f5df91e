package ai.ultrathink.understudy.faults;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Requests at a constant rate, whether or not the earlier ones have been answered: callers do not wait for each other. */
final class Load {

    private static final AtomicInteger LOADS = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI address;
    private final Ask ask;
    private final long periodNanos;
    private final String name = "load-" + LOADS.incrementAndGet() + "-";
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<TimedAnswer> answers = new ConcurrentLinkedQueue<>();
    private final Thread pacing;
    private volatile boolean going = true;
    private @Nullable Recording recording;

    private Load(URI address, Ask ask, int perSecond) {
        this.address = address;
        this.ask = ask;
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.pacing = Thread.ofPlatform().name(name).daemon().unstarted(this::pace);
    }

    /** Starts asking a replica. */
    static Load start(ServiceReplica replica, Ask ask, int perSecond) {
        Load load = new Load(replica.at("/api/v1/predict"), ask, perSecond);
        load.pacing.start();
        return load;
    }

    /** Lets it go on for a while and ends it. */
    Recording lasting(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
        return stop();
    }

    /** Asks no more, waits for the answers that are due and returns them all. */
    synchronized Recording stop() throws InterruptedException {
        if (recording != null) {
            return recording;
        }
        going = false;
        pacing.join();
        callers.shutdown();
        callers.awaitTermination(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        client.shutdownNow();
        List<TimedAnswer> all = answers.stream()
                .sorted(Comparator.comparingLong(TimedAnswer::sentNanos))
                .toList();
        recording = new Recording(ask, all);
        return recording;
    }

    private void pace() {
        long due = System.nanoTime();
        for (int number = 0; going; number++, due += periodNanos) {
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            int asked = number;
            long sent = due;
            callers.execute(() -> answers.add(ask(asked, sent)));
        }
    }

    private TimedAnswer ask(int number, long sentNanos) {
        String id = name + number;
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
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
