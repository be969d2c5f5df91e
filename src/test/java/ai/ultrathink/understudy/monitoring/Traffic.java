package ai.ultrathink.understudy.monitoring;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The days of the shipped market history, asked about at a constant rate under some tests in turn. */
final class Traffic implements AutoCloseable {

    private static final Path HISTORY = Path.of("models", "replay", "sp500.csv");
    private static final int ACCOUNTS = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI predict;
    private final List<String> testIds;
    private final List<String> days;
    private final long periodNanos;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final Thread pacing;
    private volatile boolean going = true;

    private Traffic(URI predict, List<String> testIds, int perSecond) throws IOException {
        this.predict = predict;
        this.testIds = testIds;
        // a line of names, then a line a day: its date, its features
        this.days = Files.readAllLines(HISTORY).stream()
                .skip(1)
                .map(line -> line.substring(line.indexOf(',') + 1))
                .toList();
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.pacing = Thread.ofPlatform().name("traffic").daemon().unstarted(this::pace);
    }

    static Traffic start(URI predict, List<String> testIds, int perSecond) throws IOException {
        Traffic traffic = new Traffic(predict, testIds, perSecond);
        traffic.pacing.start();
        return traffic;
    }

    private void pace() {
        long due = System.nanoTime();
        for (int number = 0; going; number++, due += periodNanos) {
            LockSupport.parkNanos(due - System.nanoTime());
            int asked = number;
            callers.execute(() -> ask(asked));
        }
    }

    private void ask(int number) {
        String body = "{\"symbol\":\"SPX\",\"test_id\":\"%s\",\"unit_id\":\"account-%d\",\"features\":[%s]}"
                .formatted(testIds.get(number % testIds.size()), number % ACCOUNTS, days.get(number % days.size()));
        HttpRequest request = HttpRequest.newBuilder(predict)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            int status = client.send(request, BodyHandlers.ofString()).statusCode();
            if (status != 200) {
                failures.add("status " + status);
            }
        } catch (IOException e) {
            failures.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was not answered with 200 so far. */
    Collection<String> failures() {
        return failures;
    }

    /** Asks no more and waits for the answers that are due. */
    @Override
    public void close() {
        going = false;
        try {
            pacing.join();
            callers.shutdown();
            callers.awaitTermination(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            client.shutdownNow();
        }
    }
}
