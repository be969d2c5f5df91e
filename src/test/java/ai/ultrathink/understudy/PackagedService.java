package ai.ultrathink.understudy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged service as a process, as scripts/run.sh starts it, on a free port. */
public final class PackagedService implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("Listening on: http://\\S+:(\\d+)");
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final Path log;

    private PackagedService(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it on a PostgreSQL of its own and waits until it is ready.
     *
     * @param data its data directory, which may be one that an earlier process has used
     */
    public static PackagedService start(Path data) throws IOException {
        return start(data, Map.of(), "scripts/run.sh");
    }

    /**
     * Starts it by a command and waits until it is ready.
     *
     * @param environment added to the environment of the tests, from which what names a database has been taken
     */
    public static PackagedService start(Path data, Map<String, String> environment, String... command)
            throws IOException {
        Files.createDirectories(data);
        Path log = data.resolve("service.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("DATABASE_"));
        builder.environment().put("UNDERSTUDY_DATA_DIR", data.toAbsolutePath().toString());
        builder.environment().put("QUARKUS_HTTP_PORT", "0");
        builder.environment().putAll(environment);
        PackagedService service = new PackagedService(builder.start(), log);
        try {
            await("the service is ready").atMost(READY_WITHIN).until(service::ready);
            return service;
        } catch (RuntimeException e) {
            service.close();
            throw new IllegalStateException("the service does not start; its log:\n" + service.log(), e);
        }
    }

    private boolean ready() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with status " + process.exitValue());
        }
        return LISTENING.matcher(log()).find() && status("/q/health/ready") == 200;
    }

    /** The address of a path, such as {@code /api/v1/models}. */
    public URI at(String path) {
        Matcher listening = LISTENING.matcher(log());
        if (!listening.find()) {
            throw new IllegalStateException("the service does not listen; its log:\n" + log());
        }
        return URI.create("http://localhost:" + listening.group(1) + path);
    }

    /** The status that a GET of a path is answered with; 0 when there is no answer. */
    public int status(String path) {
        try {
            return http.send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it has written so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Process process() {
        return process;
    }

    /** Ends it as an operator would, by SIGTERM. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the service does not stop; its log:\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
