package ai.ultrathink.understudy.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged service as a process of its own, started as its users start it. */
public final class ServiceProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("Listening on: http://\\S+:(\\d+)");
    private static final Duration START_WITHIN = Duration.ofMinutes(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final Path errors;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServiceProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /**
     * Starts it by scripts/run.sh, on a free port and with a PostgreSQL of its own unless the environment says otherwise.
     *
     * @param directory where its output goes, and its data into {@code data}, which an earlier process may have left
     * @param environment added to that of the tests, from which what names a database has been taken
     */
    public static ServiceProcess start(Path directory, Map<String, String> environment) throws IOException {
        return start(directory, environment, "scripts/run.sh");
    }

    /** As above, by a command of the test's. */
    public static ServiceProcess start(Path directory, Map<String, String> environment, String... command)
            throws IOException {
        Path output = Files.createTempFile(directory, "service", ".out");
        Path errors = Files.createTempFile(directory, "service", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        Map<String, String> all = builder.environment();
        all.keySet().removeIf(name -> name.startsWith("DATABASE_"));
        // the JVM announces these options on standard error
        all.remove("JAVA_TOOL_OPTIONS");
        all.put("UNDERSTUDY_DATA_DIR", data(directory).toAbsolutePath().toString());
        all.put("QUARKUS_HTTP_PORT", "0");
        all.putAll(environment);
        return new ServiceProcess(builder.start(), output, errors);
    }

    /** Where the data of a service go whose output goes into a directory. */
    public static Path data(Path directory) {
        return directory.resolve("data");
    }

    /** Waits until it answers that it is ready. One that does not start is ended. */
    public ServiceProcess awaitReady() {
        try {
            await("the service is ready").atMost(START_WITHIN).until(this::isReady);
            return this;
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException("the service does not start; " + logs(), e);
        }
    }

    /** Waits until it is ready and knows the tests, which on a busy machine is later: it serves control before. */
    public ServiceProcess awaitTests() {
        awaitReady();
        await("the tests are known").atMost(START_WITHIN).until(() -> status("/api/v1/ab-test/list") == 200);
        return this;
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with status " + process.exitValue());
        }
        return LISTENING.matcher(output()).find() && status("/q/health/ready") == 200;
    }

    /** The address of a path, such as {@code /api/v1/models}. */
    public URI at(String path) {
        Matcher listening = LISTENING.matcher(output());
        if (!listening.find()) {
            throw new IllegalStateException("the service does not listen; " + logs());
        }
        return URI.create("http://localhost:" + listening.group(1) + path);
    }

    /** The status that a GET of a path is answered with; 0 when there is no answer. */
    public int status(String path) {
        try {
            return answer("GET", path, "").statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The answer to a call with a JSON body, which may be empty. */
    public HttpResponse<String> send(String method, String path, String body) {
        try {
            return answer(method, path, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> answer(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(at(path))
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks it to end (SIGTERM), as an operator would, and returns its exit code. */
    public int terminate() {
        process.destroy();
        return exitCode();
    }

    /** Ends it without asking (SIGKILL). What it has started, such as a PostgreSQL, goes on. */
    public void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** Sends it a signal by its name, such as {@code STOP}. */
    public void signal(String name) {
        Signals.send(name, Stream.of(process.toHandle()));
    }

    /** Waits for its end. */
    public int exitCode() {
        try {
            if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the service does not end; " + logs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    public Process process() {
        return process;
    }

    /** What it has written to standard output so far: its log. */
    public String output() {
        return read(output);
    }

    /** What it has written to standard error so far. */
    public String errors() {
        return read(errors);
    }

    private String logs() {
        return "its output:\n" + output() + errors();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as an operator would. */
    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
        }
        client.close();
    }
}
