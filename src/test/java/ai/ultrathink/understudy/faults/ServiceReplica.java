package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.Memory;
import ai.ultrathink.understudy.testkit.Metrics;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One process of the service, spoken to as its callers and its operators do. */
final class ServiceReplica implements AutoCloseable {

    private static final String TESTS = "/api/v1/ab-test/";
    private static final AtomicInteger IDS = new AtomicInteger();

    private final Launch launch;
    private final ServiceProcess process;

    ServiceReplica(Launch launch, ServiceProcess process) {
        this.launch = launch;
        this.process = process;
    }

    /** How it was started; starting it again takes the same data. */
    Launch launch() {
        return launch;
    }

    ServiceProcess process() {
        return process;
    }

    URI at(String path) {
        return process.at(path);
    }

    /** Waits until it is ready and knows the tests, which is later: it serves control before. */
    ServiceReplica awaitReady() {
        process.awaitTests();
        return this;
    }

    /** Waits until it takes requests, ready or not. */
    ServiceReplica awaitListening() {
        await("the service listens")
                .atMost(Duration.ofMinutes(1))
                .until(() -> process.output().contains("Listening on"));
        return this;
    }

    HttpResponse<String> get(String path) {
        return process.send("GET", path, "");
    }

    HttpResponse<String> post(String path, String body) {
        return process.send("POST", path, body);
    }

    /** A call in the name of a person. */
    HttpResponse<String> as(String person, String method, String path, String body) {
        try {
            return process.send(
                    process.request(path).header("X-Actor", person).method(method, BodyPublishers.ofString(body)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer of a call that must succeed. */
    static JsonObject ok(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                    response.request().uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return new JsonObject(response.body());
    }

    /** Creates a test that applies to those who name it, with both models' default deadlines, and returns its id. */
    String shadow(String control, String treatment) {
        return create(test(control, treatment).put("mode", "shadow"));
    }

    /** As {@link #shadow}, with a split of the traffic. */
    String split(String control, String treatment, double share) {
        return create(test(control, treatment).put("traffic_split", share));
    }

    String create(JsonObject test) {
        ok(post(TESTS + "create", test.encode()));
        return test.getString("test_id");
    }

    /** A test that is not rolled back: faults look at what happens to requests while it runs. */
    static JsonObject test(String control, String treatment) {
        return guarded(control, treatment).put("guardrails", Service.alerting());
    }

    /** A test with the usual guardrails. */
    static JsonObject guarded(String control, String treatment) {
        return new JsonObject()
                .put("test_id", "fault-" + IDS.incrementAndGet())
                .put("control_model", control)
                .put("treatment_model", treatment)
                .put("explicit", true);
    }

    /** A call about a test, such as "disable". */
    HttpResponse<String> call(String testId, String call) {
        return post(TESTS + testId + "/" + call, "");
    }

    /** Promotes a treatment whatever the verdict is. */
    HttpResponse<String> promote(String testId) {
        return post(TESTS + testId + "/promote", "{\"override\":\"a fault is tried\"}");
    }

    /** Changes a split if the test still is at a generation (If-Match); returns the status. */
    int updateSplit(String testId, double share, long generation) {
        HttpRequest.Builder request = process.request(TESTS + testId + "/update-split")
                .header("If-Match", "\"" + generation + "\"")
                .POST(BodyPublishers.ofString("{\"traffic_split\":" + share + "}"));
        try {
            return process.send(request).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The test as this replica knows it. */
    JsonObject test(String testId) {
        return ok(get(TESTS + testId));
    }

    TimedAnswer ask(Ask ask, int number) {
        long sent = System.nanoTime();
        String id = "single-" + IDS.incrementAndGet();
        HttpResponse<String> response = post("/api/v1/predict", ask.body(id, number));
        return new TimedAnswer(
                id,
                number,
                sent,
                System.nanoTime() - sent,
                response.statusCode(),
                response.headers().firstValue("Retry-After").orElse(null),
                response.body());
    }

    boolean ready() {
        return process.status("/q/health/ready") == 200;
    }

    boolean live() {
        return process.status("/q/health/live") == 200;
    }

    /** The sum of the series of a metric that carry all these labels, such as {@code reason="timeout"}; 0 when none does. */
    double metric(String name, String... labels) {
        return Metrics.of(process).sum(name, labels);
    }

    /** What the process holds of the machine's memory, MiB. */
    long residentMib() {
        return Memory.resident(Stream.of(process.process().toHandle())) >> 20;
    }

    /** Waits for a condition and says how long it took, milliseconds; -1 when it did not come true in time. */
    static long millisUntil(Duration atMost, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (System.nanoTime() - start < atMost.toNanos()) {
            if (condition.call()) {
                return Duration.ofNanos(System.nanoTime() - start).toMillis();
            }
            Thread.sleep(2);
        }
        return -1;
    }

    @Override
    public void close() {
        if (process.process().isAlive()) {
            // faults are over; nobody waits for what is left
            process.kill();
        }
        process.close();
    }
}
