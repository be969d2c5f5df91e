package ai.ultrathink.understudy.inference.worker;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Starts workers. Of each start only the process and one socket without a name remain. */
public final class WorkerLauncher {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final WorkerProgram program;
    private final int threads;
    private final Duration within;
    private final TimeSource time;
    private int lives;

    /**
     * @param threads how many passes a worker may run at a time
     * @param within the time for it to start and connect
     */
    public WorkerLauncher(WorkerProgram program, int threads, Duration within, TimeSource time) {
        this.program = program;
        this.threads = threads;
        this.within = within;
        this.time = time;
    }

    /**
     * Starts a worker and waits until it has connected; called by one thread at a time.
     *
     * @throws IOException if it does not; the message says why
     */
    public WorkerLife launch(WorkerLife.Listener listener) throws IOException {
        int number = ++lives;
        // 0700, as Java makes every temporary directory
        Path directory = Files.createTempDirectory(
                "understudy-worker",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path socket = directory.resolve("worker");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            return accepted(number, server, socket, listener);
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private WorkerLife accepted(int number, ServerSocketChannel server, Path socket, WorkerLife.Listener listener)
            throws IOException {
        Process process = start(socket);
        LastWords lastWords = new LastWords();
        Thread.ofPlatform()
                .name("worker-output-" + number)
                .daemon()
                .start(() -> WorkerLife.readOutput(process, lastWords, number, new LineLimit(time)));
        try {
            SocketChannel connection = accept(server, process);
            WorkerLife life = new WorkerLife(number, process, connection, lastWords, listener);
            life.read(within);
            return life;
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The worker ends with its standard input, which this process holds open and never writes to. */
    private Process start(Path socket) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.with(socket, threads)).redirectErrorStream(true);
        // a model needs no password, and what is set for the JVM of the service, such as a port, is not for two
        builder.environment().keySet().removeIf(WorkerLauncher::notForWorkers);
        return builder.start();
    }

    private SocketChannel accept(ServerSocketChannel server, Process process) throws IOException {
        server.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            for (long waited = 0; waited < within.toMillis(); waited += LOOK_EVERY.toMillis()) {
                selector.select(LOOK_EVERY.toMillis());
                SocketChannel connection = server.accept();
                if (connection != null) {
                    connection.configureBlocking(true);
                    return connection;
                }
                if (!process.isAlive()) {
                    throw new IOException("the worker did not connect: "
                            + LastWords.of(exitCode(process)).detail());
                }
            }
        }
        throw new IOException("the worker did not connect within " + within.toMillis() + " ms");
    }

    private static int exitCode(Process process) {
        try {
            process.waitFor(1, TimeUnit.SECONDS);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    private static boolean notForWorkers(String variable) {
        return variable.startsWith("DATABASE_")
                || variable.equals("JAVA_TOOL_OPTIONS")
                || variable.equals("JDK_JAVA_OPTIONS");
    }
}
