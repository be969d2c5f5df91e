package ai.ultrathink.understudy.testkit;

import static ai.ultrathink.understudy.testkit.Waiting.await;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A server as a process of its own: the packaged service, started as its users start it, or another. */
public final class ServiceProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^\\s\"]+:(\\d+)");

    /** Where a service with TLS alone can be asked whether it is ready. */
    private static final Pattern PROBES =
            Pattern.compile("Probes and metrics on: http://[^\\s\"]+:(\\d+)[\\s\\S]*Listening on: https:");

    private static final Duration START_WITHIN = Duration.ofMinutes(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final Path errors;
    /** Where it listens, if that was chosen for it. */
    private final @Nullable URI address;

    private final long startedNanos;
    private long readyNanos;
    /** What its requests carry, if a token is needed. */
    private volatile @Nullable String token;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServiceProcess(ProcessBuilder builder, Path output, Path errors, @Nullable URI address) throws IOException {
        this.output = output;
        this.errors = errors;
        this.address = address;
        this.startedNanos = System.nanoTime();
        this.process = builder.start();
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
        Map<String, String> all = cleared(builder);
        all.put("UNDERSTUDY_DATA_DIR", data(directory).toAbsolutePath().toString());
        all.put("QUARKUS_HTTP_PORT", "0");
        // a process that lives for some seconds spends half of its time in the second compiler otherwise
        all.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        all.putAll(environment);
        return new ServiceProcess(builder, output, errors, null);
    }

    /**
     * Starts a server at an address that was chosen for it.
     *
     * @param address which the command and the environment tell it, too
     * @param log where its output goes
     */
    public static ServiceProcess startAt(URI address, Path log, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        cleared(builder).putAll(environment);
        return new ServiceProcess(builder, log, log, address);
    }

    /** The environment of this process, without what would lead the server elsewhere. */
    private static Map<String, String> cleared(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("DATABASE_"));
        // the JVM announces these options on standard error
        environment.remove("JAVA_TOOL_OPTIONS");
        return environment;
    }

    /** Where the data of a service go whose output goes into a directory. */
    public static Path data(Path directory) {
        return directory.resolve("data");
    }

    /** Waits until it answers that it is ready. One that does not start is ended. */
    public ServiceProcess awaitReady() {
        return awaitReady("/q/health/ready", START_WITHIN);
    }

    /**
     * Waits until a path is answered with 200. A server that does not start is ended.
     *
     * @throws IllegalStateException when it does not; the first line of the message says why
     */
    public ServiceProcess awaitReady(String path, Duration within) {
        try {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(LOOK_EVERY)
                    .atMost(within)
                    .until(() -> !process.isAlive() || (listens() && status(path) == 200));
            readyNanos = System.nanoTime();
        } catch (ConditionTimeoutException e) {
            close();
            throw new IllegalStateException(
                    "the service does not start: it is not ready after " + within.toSeconds() + " s\n" + logs(), e);
        }
        if (!process.isAlive()) {
            close();
            throw new IllegalStateException(
                    "the service does not start: it ended with status " + process.exitValue() + "\n" + logs());
        }
        return this;
    }

    /** How long it took from its start until it was ready. */
    public Duration readyAfter() {
        return Duration.ofNanos(readyNanos - startedNanos);
    }

    /** Waits until it is ready and knows the tests, which on a busy machine is later: it serves control before. */
    public ServiceProcess awaitTests() {
        awaitReady();
        await("the tests are known").atMost(START_WITHIN).until(() -> status("/api/v1/ab-test/list") == 200);
        return this;
    }

    private boolean listens() {
        String output = output();
        return address != null
                || LISTENING.matcher(output).find()
                || PROBES.matcher(output).find();
    }

    /** The address of a path, such as {@code /api/v1/models}. */
    public URI at(String path) {
        if (address != null) {
            return URI.create(address + path);
        }
        Matcher listening = LISTENING.matcher(output());
        Matcher probes = PROBES.matcher(output());
        if (!listening.find()) {
            if (probes.find()) {
                return URI.create("http://localhost:" + probes.group(1) + path);
            }
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
        return send(request(path).method(method, BodyPublishers.ofString(body)));
    }

    /** A request for a path, of which more can be said before it is sent. */
    public HttpRequest.Builder request(String path) {
        return authorized(plainRequest(path));
    }

    /** As above, without the token. */
    public HttpRequest.Builder plainRequest(String path) {
        return HttpRequest.newBuilder(at(path)).timeout(ANSWER_WITHIN).header("Content-Type", "application/json");
    }

    /** Sends a token with each request from now on. */
    public void authorize(String bearer) {
        token = bearer;
    }

    /** The same with the token, if there is one. */
    public HttpRequest.Builder authorized(HttpRequest.Builder request) {
        String bearer = token;
        return bearer == null ? request : request.header("Authorization", "Bearer " + bearer);
    }

    /** The answer to a request. */
    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
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

    /** Stops it where it is, with all that it has started, so that it takes no time from others. */
    public void freeze() {
        Signals.send("STOP", tree());
    }

    /** Lets it go on. */
    public void thaw() {
        Signals.send("CONT", tree());
    }

    /** It and all that it has started. */
    public Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(ProcessHandle::isAlive);
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
        return "its output:\n" + output() + (errors.equals(output) ? "" : errors());
    }

    /** The last lines that it has written to standard output, without stack traces. */
    public List<String> lastLines(int count) {
        List<String> lines = output().lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\t"))
                .toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
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
            thaw();
            terminate();
        }
        client.close();
    }
}
