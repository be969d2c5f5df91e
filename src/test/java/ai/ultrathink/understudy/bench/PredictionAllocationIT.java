package ai.ultrathink.understudy.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What a prediction allocates in the packaged service and its worker, from the bytes of the request to those of the answer and the row in
 * the database, all threads together. Time depends on the machine, and bytes hardly: they are counted while requests come one after the
 * other over one connection, without the second compiler, which leaves out an object here and there. The least of some rounds counts,
 * because what the service does besides, such as its probes, comes on top.
 *
 * <p>A change that adds something to the path of a prediction shows here what it costs. The failure names the threads. If it is worth it, raise
 * the figure in the same change, and say what for in its message. When a change saves something, lower the figure.
 */
@Isolated
@DisabledIfEnvironmentVariable(
        named = "UNDERSTUDY_EXECUTABLE",
        matches = ".+") // the native executable counts other bytes
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PredictionAllocationIT {

    /** Bytes a request, as measured with Java 25. */
    private static final long WITHOUT_A_TEST = 23_900;

    private static final long IN_A_SPLIT = 32_500;
    private static final long IN_A_SHADOW = 38_600;
    /** Rounds differ by a hundredth, versions of Java by more. */
    private static final double MORE = 1.05;
    /** Far below it, the figures are those of an earlier service, and the next feature could hide under them. */
    private static final double LESS = 0.85;

    private static final int REQUESTS = 1000;
    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_prediction_allocates_no_more_than_it_did() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(postgres.newDatabase()));
            // otherwise it depends on when the second compiler comes to which method
            environment.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
            try (ServiceProcess service =
                            ServiceProcess.start(directory, environment).awaitTests();
                    LoadGenerator generator = generator(service)) {
                Map<String, Long> without = allocated(service, generator, null);
                Map<String, Long> split = allocated(service, generator, "traffic_split");
                Map<String, Long> shadow = allocated(service, generator, "shadow");

                assertAll(
                        () -> assertNear(WITHOUT_A_TEST, "without a test", without),
                        () -> assertNear(IN_A_SPLIT, "in a split", split),
                        () -> assertNear(IN_A_SHADOW, "in a shadow", shadow));
            }
        }
    }

    private static void assertNear(long figure, String what, Map<String, Long> measured) {
        long bytes = sum(measured);
        String text = "a prediction %s allocates %,d bytes: %s".formatted(what, bytes, measured);
        System.out.println(text);
        assertTrue(bytes <= figure * MORE, text);
        assertTrue(bytes >= figure * LESS, () -> text + "; lower the figure of " + figure);
    }

    private static LoadGenerator generator(ServiceProcess service) throws IOException {
        URI address = service.at("");
        return LoadGenerator.open(
                new InetSocketAddress(address.getHost(), address.getPort()),
                PreparedRequests.predictions(address.getAuthority(), Contender.CONTROL),
                1);
    }

    /** The round that allocated least, bytes a request by the names of threads. */
    private static Map<String, Long> allocated(ServiceProcess service, LoadGenerator generator, @Nullable String mode)
            throws IOException, InterruptedException {
        if (mode != null) {
            JsonObject test = new JsonObject()
                    .put("test_id", mode)
                    .put("control_model", Contender.CONTROL)
                    .put("treatment_model", Contender.TREATMENT)
                    .put("mode", mode)
                    .put("traffic_split", 0.5)
                    // deadlines that a busy machine keeps, and a test that goes on
                    .put("control_deadline_ms", 20_000)
                    .put("treatment_deadline_ms", 20_000)
                    .put("guardrails", Service.alerting());
            assertEquals(201, call(service, "/create", test.encode()));
        }
        load(service, generator, WARM_UP);
        Map<String, Long> least = round(service, generator, mode);
        for (int i = 1; i < ROUNDS; i++) {
            Map<String, Long> next = round(service, generator, mode);
            least = sum(next) < sum(least) ? next : least;
        }
        if (mode != null) {
            assertEquals(200, call(service, "/" + mode + "/disable", "{}"));
        }
        return least;
    }

    private static Map<String, Long> round(ServiceProcess service, LoadGenerator generator, @Nullable String mode)
            throws IOException, InterruptedException {
        List<AllocatedBytes> processes = new ArrayList<>();
        try {
            for (ProcessHandle process : service.tree().toList()) {
                processes.add(AllocatedBytes.of(process));
            }
            List<Map<String, Long>> before = new ArrayList<>();
            for (AllocatedBytes process : processes) {
                before.add(process.byThread());
            }
            assertEquals(0, load(service, generator, ROUND).failures());
            if (mode != null) {
                assertEquals(200, call(service, "/" + mode + "/flush", ""));
            }
            Map<String, Long> all = new TreeMap<>();
            for (int i = 0; i < processes.size(); i++) {
                AllocatedBytes.perRequest(before.get(i), processes.get(i).byThread(), REQUESTS)
                        .forEach((thread, bytes) -> all.merge(thread, bytes, Long::sum));
            }
            return all;
        } finally {
            for (AllocatedBytes process : processes) {
                process.close();
            }
        }
    }

    private static LoadResult load(ServiceProcess service, LoadGenerator generator, Duration time)
            throws InterruptedException {
        try {
            return generator.run(REQUESTS, time);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the service " + (service.process().isAlive() ? "runs" : "has ended") + "; its log:\n"
                            + service.output(),
                    e);
        }
    }

    private static int call(ServiceProcess service, String path, String body) {
        return service.send("POST", Service.TESTS + path, body).statusCode();
    }

    private static long sum(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
