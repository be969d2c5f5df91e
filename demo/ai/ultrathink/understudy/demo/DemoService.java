package ai.ultrathink.understudy.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The packaged service as a child process with a data directory of its own. */
final class DemoService {

    static final Path DIRECTORY = Path.of(System.getProperty("demo.directory", "target/demo"));
    static final Path DATA = DIRECTORY.resolve("data");
    static final Path LOG = DIRECTORY.resolve("service.log");

    private static final Path PID = DIRECTORY.resolve("service.pid");
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    private static final int FIRST_PORT = 8080;
    private static final int PORTS = 100;
    private static final int LAST_LINES = 15;
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private final Path project;
    private volatile @Nullable Process process;
    private volatile boolean stopping;

    DemoService(Path project) {
        this.project = project;
    }

    /** Starts it and waits until it can serve. */
    Api start() throws IOException, InterruptedException {
        refuseSecond();
        Files.createDirectories(DATA);
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        project.resolve("scripts/run.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile());
        Map<String, String> environment = builder.environment();
        // the demonstration makes tests and rows: they belong into a database of its own, whatever the shell is set up
        // for
        environment.keySet().removeAll(List.of("DATABASE_URL", "DATABASE_USERNAME", "DATABASE_PASSWORD"));
        environment.put("UNDERSTUDY_DATA_DIR", DATA.toAbsolutePath().toString());
        environment.put("UNDERSTUDY_MODELS_DIR", project.resolve("models").toString());
        environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
        // nobody but this machine shall reach a service that asks for no password
        environment.putIfAbsent("QUARKUS_HTTP_HOST", "127.0.0.1");
        System.out.print("Starting the service and a PostgreSQL of its own ... ");
        System.out.flush();
        long started = System.nanoTime();
        Process starting = builder.start();
        process = starting;
        Files.writeString(PID, String.valueOf(starting.pid()));
        Api api = new Api("http://localhost:" + port);
        awaitReady(api, starting, started);
        System.out.printf("ready after %.1f s on port %d%n", (System.nanoTime() - started) / 1e9, port);
        return api;
    }

    private static void awaitReady(Api api, Process process, long started) throws InterruptedException {
        while (!api.ready()) {
            if (!process.isAlive()) {
                throw new DemoFailedException("it ended with status " + process.exitValue() + ".\n" + lastLines());
            }
            if (System.nanoTime() - started > READY_WITHIN.toNanos()) {
                throw new DemoFailedException(
                        "it is not ready after " + READY_WITHIN.toSeconds() + " s.\n" + lastLines());
            }
            process.waitFor(200, TimeUnit.MILLISECONDS);
        }
    }

    /** Waits until the service ends, which it should not before it is told to. */
    void awaitEnd() throws InterruptedException {
        int status = Objects.requireNonNull(process, "it was started").waitFor();
        if (status == ENDED_BY_SIGTERM) {
            throw new DemoFailedException("Somebody else ended the service.");
        }
        throw new DemoFailedException("The service ended with status " + status + ".\n" + lastLines());
    }

    boolean stopping() {
        return stopping;
    }

    /**
     * Ends the service, and its PostgreSQL with it.
     *
     * @return whether there was anything to end
     */
    boolean stop() {
        stopping = true;
        Process running = process;
        if (running == null) {
            return false;
        }
        boolean alive = running.isAlive();
        running.destroy();
        try {
            if (!running.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
            Files.deleteIfExists(PID);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    private static int freePort() throws IOException {
        String chosen = System.getenv("QUARKUS_HTTP_PORT");
        int first = chosen == null || chosen.isBlank() ? FIRST_PORT : Integer.parseInt(chosen);
        for (int port = first; port < first + PORTS; port++) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new DemoFailedException("The ports " + first + " to " + (first + PORTS - 1)
                + " are all taken; set QUARKUS_HTTP_PORT to a free one.");
    }

    private static boolean isFree(int port) {
        // both: on some systems a listener on every address and one on this address do not mind each other
        return canBind(new InetSocketAddress(port))
                && canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String lastLines() {
        try {
            // whoever needs the stack traces finds them in the file
            List<String> lines = Files.readAllLines(LOG, StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("\t"))
                    .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
            return "The last lines of " + LOG + ":\n   " + String.join("\n   ", last);
        } catch (IOException e) {
            return "Its log " + LOG + " cannot be read: " + e.getMessage();
        }
    }
}
