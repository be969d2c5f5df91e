package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The packaged service as a child process with a data directory of its own. */
final class DemoService {

    static final Path DIRECTORY = Path.of(System.getProperty("demo.directory", "target/demo"));
    static final Path DATA = DIRECTORY.resolve("data");
    static final Path LOG = DIRECTORY.resolve("service.log");

    private static final Path PID = DIRECTORY.resolve("service.pid");
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final int FIRST_PORT = 8080;
    private static final int PORTS = 100;
    private static final int LAST_LINES = 15;
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private final Path project;
    private volatile @Nullable ServiceProcess process;
    private volatile boolean stopping;

    DemoService(Path project) {
        this.project = project;
    }

    /** Starts it and waits until it can serve. */
    Api start() throws IOException {
        refuseSecond();
        Files.createDirectories(DATA);
        int port = freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("UNDERSTUDY_DATA_DIR", DATA.toAbsolutePath().toString());
        environment.put("UNDERSTUDY_MODELS_DIR", project.resolve("models").toString());
        environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
        // there is no authentication, so only this machine may reach the service
        environment.put("QUARKUS_HTTP_HOST", System.getenv().getOrDefault("QUARKUS_HTTP_HOST", "127.0.0.1"));
        System.out.print("Starting the service with its own PostgreSQL ... ");
        System.out.flush();
        ServiceProcess starting = ServiceProcess.startAt(
                URI.create("http://localhost:" + port),
                LOG,
                environment,
                List.of(project.resolve("scripts/run.sh").toString()));
        process = starting;
        Files.writeString(PID, String.valueOf(starting.process().pid()));
        awaitReady(starting);
        System.out.printf(
                "ready after %.1f s on port %d%n", starting.readyAfter().toMillis() / 1e3, port);
        return new Api(starting);
    }

    private static void awaitReady(ServiceProcess service) {
        try {
            service.awaitReady("/q/health/ready", READY_WITHIN).awaitTests();
        } catch (IllegalStateException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new DemoFailedException(why + ".\n" + lastLines(service));
        }
    }

    /** Waits until the service ends. It should not end by itself. */
    void awaitEnd() throws InterruptedException {
        ServiceProcess running = Objects.requireNonNull(process, "it was started");
        int status = running.process().waitFor();
        if (status == ENDED_BY_SIGTERM) {
            throw new DemoFailedException("Another process ended the service.");
        }
        throw new DemoFailedException("The service ended with status " + status + ".\n" + lastLines(running));
    }

    boolean stopping() {
        return stopping;
    }

    /**
     * Ends the service, and its PostgreSQL with it.
     *
     * @return whether it was running
     */
    boolean stop() {
        stopping = true;
        ServiceProcess running = process;
        if (running == null) {
            return false;
        }
        boolean alive = running.process().isAlive();
        running.close();
        try {
            Files.deleteIfExists(PID);
        } catch (IOException e) {
            // a stale file is recognised by the next start
        }
        return alive;
    }

    /** A second service on the same data would take the first one's PostgreSQL away. */
    private static void refuseSecond() throws IOException {
        if (!Files.exists(PID)) {
            return;
        }
        long pid = Long.parseLong(Files.readString(PID).strip());
        boolean running = ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().commandLine())
                .filter(line -> line.contains("quarkus-run.jar") || line.contains("understudy"))
                .isPresent();
        if (running) {
            throw new DemoFailedException(
                    "The demonstration's service is already running as process " + pid + "; end it first: kill " + pid);
        }
    }

    private static int freePort() {
        String chosen = System.getenv("QUARKUS_HTTP_PORT");
        int first = chosen == null || chosen.isBlank() ? FIRST_PORT : Integer.parseInt(chosen);
        return Ports.firstFree(first, PORTS)
                .orElseThrow(() -> new DemoFailedException("The ports " + first + " to " + (first + PORTS - 1)
                        + " are all taken; set QUARKUS_HTTP_PORT to a free one."));
    }

    private static String lastLines(ServiceProcess service) {
        // the file has the stack traces, too
        return "The last lines of " + LOG + ":\n   " + String.join("\n   ", service.lastLines(LAST_LINES));
    }
}
