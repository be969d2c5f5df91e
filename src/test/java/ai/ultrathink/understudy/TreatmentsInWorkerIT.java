package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The packaged service with its treatments in a worker. */
@Isolated
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TreatmentsInWorkerIT {

    private static final Pattern SERVING = Pattern.compile("serving in process (\\d+)");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ENOUGH = 200;

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_worker_that_is_killed_under_load_costs_no_prediction_and_the_next_one_ends_with_the_service()
            throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(postgres.newDatabase()));
            environment.put("UNDERSTUDY_TREATMENT_RUNTIME", "worker");
            try (ServiceProcess service =
                    ServiceProcess.start(directory, environment).awaitTests()) {
                ProcessHandle first = awaitWorker(service, 0);
                ProcessHandle second = killUnderLoad(service, first);

                String metrics = service.send("GET", "/q/metrics", "").body();
                assertTrue(metrics.contains("understudy_worker_deaths_total{cause=\"sigkill\",} 1.0"), metrics);
                service.kill();

                await("the worker ends with the service").atMost(SOON).until(() -> !second.isAlive());
            }
        }
    }

    /** Returns the worker that follows. */
    private static ProcessHandle killUnderLoad(ServiceProcess service, ProcessHandle worker) {
        BothModes.create(service);
        Callers callers = Callers.start(service, 8, "worker", BothModes.TEST_IDS);
        await().atMost(SOON).until(() -> callers.answered().size() >= ENOUGH);
        worker.destroyForcibly();
        ProcessHandle next = awaitWorker(service, worker.pid());
        int before = callers.answered().size();
        await().atMost(SOON).until(() -> callers.answered().size() >= before + ENOUGH);
        callers.stop();
        assertEquals(List.of(), List.copyOf(callers.failures()));
        return next;
    }

    /** Waits for a worker that is not this one. */
    private static ProcessHandle awaitWorker(ServiceProcess service, long not) {
        return await().atMost(SOON)
                .until(() -> worker(service, not), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<ProcessHandle> worker(ServiceProcess service, long not) {
        Matcher serving =
                SERVING.matcher(service.send("GET", "/q/health/ready", "").body());
        return serving.find() && Long.parseLong(serving.group(1)) != not
                ? ProcessHandle.of(Long.parseLong(serving.group(1)))
                : Optional.empty();
    }
}
