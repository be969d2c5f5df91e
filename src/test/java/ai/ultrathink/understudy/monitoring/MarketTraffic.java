package ai.ultrathink.understudy.monitoring;

import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.OpenLoop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The days of the shipped market history, asked about at a constant rate under some tests in turn. */
final class MarketTraffic implements AutoCloseable {

    private static final int ACCOUNTS = 5_000;

    private final URI predict;
    private final List<String> testIds;
    private final List<MarketDay> days;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final OpenLoop loop;

    private MarketTraffic(URI predict, List<String> testIds, int perSecond) throws IOException {
        this.predict = predict;
        this.testIds = testIds;
        this.days = MarketDay.readAll();
        this.loop = OpenLoop.start("traffic", perSecond, this::ask);
    }

    static MarketTraffic start(URI predict, List<String> testIds, int perSecond) throws IOException {
        return new MarketTraffic(predict, testIds, perSecond);
    }

    private void ask(int number, long dueNanos) {
        String body = "{\"symbol\":\"SPX\",\"test_id\":\"%s\",\"unit_id\":\"account-%d\",\"features\":%s}"
                .formatted(
                        testIds.get(number % testIds.size()),
                        number % ACCOUNTS,
                        days.get(number % days.size()).features());
        HttpRequest request = HttpRequest.newBuilder(predict)
                .timeout(OpenLoop.PATIENCE)
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
        loop.close();
        client.shutdownNow();
    }
}
