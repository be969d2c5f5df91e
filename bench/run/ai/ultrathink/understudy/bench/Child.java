package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server as a child process. Frozen while another is measured, so that it takes no time from it. */
final class Child implements AutoCloseable {

    /** Stands for the port, which is chosen at the start, in commands and environments. */
    static final String PORT = "PORT";

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final int port;
    private final Path log;
    private final Process process;
    private long readyAfterNanos;

    private Child(String name, int port, Path log, Process process) {
        this.name = name;
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param command with {@link #PORT} where the port goes, as in the environment
     * @param ready a path that answers 200 when it can serve
     */
    static Child start(String name, List<String> command, Map<String, String> environment, String ready)
            throws IOException, InterruptedException {
        int port = freePort();
        Path log = BenchSettings.DIRECTORY.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command.stream()
                        .map(word -> word.equals(PORT) ? String.valueOf(port) : word)
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        environment.forEach(
                (key, value) -> builder.environment().put(key, value.equals(PORT) ? String.valueOf(port) : value));
        long start = System.nanoTime();
        Child child = new Child(name, port, log, builder.start());
        child.awaitReady(ready, start);
        return child;
    }

    private void awaitReady(String path, long start) throws InterruptedException {
        while (!answers(path)) {
            if (!process.isAlive() || System.nanoTime() - start > READY_WITHIN.toNanos()) {
                throw new BenchFailedException(name + " does not start; see " + log);
            }
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
        readyAfterNanos = System.nanoTime() - start;
    }

    /** From the start of the process to the first answer that says it is ready. */
    double readyAfterMillis() {
        return readyAfterNanos / 1e6;
    }

    private boolean answers(String path) throws InterruptedException {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(at(path))).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    String at(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    void freeze() {
        signal("STOP", tree(process.toHandle()));
    }

    void thaw() {
        signal("CONT", tree(process.toHandle()));
    }

    /** Resident memory of the process and those it started, in bytes. */
    long residentBytes() throws IOException {
        long pages = 0;
        for (long pid : tree(process.toHandle())) {
            pages += Long.parseLong(
                    Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", -1)[1]);
        }
        return pages * 4096;
    }

    /** The most that the process itself has held of the machine's memory so far, in MB of a million bytes. */
    long peakMegabytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1_000_000)
                    .sum();
        }
    }

    static List<Long> tree(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .toList();
    }

    static void signal(String signal, List<Long> pids) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        pids.forEach(pid -> command.add(String.valueOf(pid)));
        try {
            // the shell's own: the program is not everywhere
            new ProcessBuilder("sh", "-c", command.stream().collect(Collectors.joining(" ")))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new BenchFailedException("no signal can be sent: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        thaw();
        process.destroy();
        try {
            if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
