package ai.ultrathink.understudy.inference.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One life of the worker, from its start to its end: a process and the socket to it. Each life has a socket of its own, so a reply
 * of a former life is never taken for one of this.
 */
public final class WorkerLife implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(WorkerLife.class);
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final long EXIT_WITHIN_MILLIS = 500;

    private final int number;
    private final Process process;
    private final FrameChannel channel;
    private final Listener listener;
    private final LastWords lastWords;
    private final AtomicReference<@Nullable WorkerEnd> killedFor = new AtomicReference<>();
    private final CompletableFuture<Integer> protocol = new CompletableFuture<>();
    private volatile @Nullable WorkerEnd ended;

    /** Told what comes from the worker, on the thread that reads from it. */
    public interface Listener {

        void replied(WorkerLife life, WorkerReply reply);

        /**
         * The worker has ended. Called once, after the last reply.
         */
        void ended(WorkerLife life, WorkerEnd end);
    }

    WorkerLife(int number, Process process, SocketChannel connection, LastWords lastWords, Listener listener) {
        this.number = number;
        this.process = process;
        this.channel = new FrameChannel(connection);
        this.lastWords = lastWords;
        this.listener = listener;
    }

    /**
     * Reads replies from now on, and waits for the first.
     *
     * @throws IOException if there is none in time, or the worker is another release
     */
    void read(Duration within) throws IOException {
        Thread.ofPlatform().name("worker-replies-" + number).daemon().start(this::readReplies);
        try {
            int spoken = protocol.get(within.toNanos(), TimeUnit.NANOSECONDS);
            if (spoken != FrameFormat.PROTOCOL) {
                throw new IOException("the worker is of another release; restart the service");
            }
        } catch (ExecutionException e) {
            WorkerEnd end = ended;
            throw new IOException("the worker is not ready: " + (end == null ? e.toString() : end.detail()), e);
        } catch (TimeoutException e) {
            throw new IOException("the worker is not ready within " + within.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Why it has ended, or null. Set before the listener is told. */
    public @Nullable WorkerEnd ended() {
        return ended;
    }

    /** Whether it has ended, or was killed and will have ended in a moment. */
    public boolean isEnding() {
        return ended != null || killedFor.get() != null;
    }

    /** How many lives there were, with this one. */
    public int number() {
        return number;
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Sends a request. Waits while the worker does not read.
     *
     * @return false if the worker has ended, of which the listener is told
     */
    public boolean send(WorkerRequest request) {
        try {
            FrameFormat.send(channel, request);
            return true;
        } catch (IOException e) {
            LOG.debugf("worker %d cannot be written to: %s", number, e.getMessage());
            return false;
        }
    }

    /** Ends the worker at once. Never waits. */
    public void kill(WorkerEnd why) {
        killedFor.compareAndSet(null, why);
        process.destroyForcibly();
    }

    /** The memory that the process has in use, if the system tells. */
    public OptionalLong residentBytes() {
        try {
            Matcher resident =
                    RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
            return resident.find() ? OptionalLong.of(Long.parseLong(resident.group(1)) * 1_024) : OptionalLong.empty();
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Called by the thread that reads the output of the process. A model that prints must not fill the log. */
    static void readOutput(Process process, LastWords lastWords, int number, LineLimit limit) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (!line.isBlank() && !line.equals("#") && limit.admits()) {
                    log(number, line, limit.leftOut());
                }
                if (lastWords.line(line)) {
                    // its calls must not wait until the report of the crash is written
                    process.destroyForcibly();
                }
            }
        } catch (IOException e) {
            LOG.debugf("worker %d: its output ended: %s", number, e.getMessage());
        }
        logLeftOut(number, limit.leftOut());
    }

    private static void logLeftOut(int number, long leftOut) {
        if (leftOut > 0) {
            LOG.warnf("worker %d wrote %d more lines", number, leftOut);
        }
    }

    private static void log(int number, String line, long leftOut) {
        logLeftOut(number, leftOut);
        LOG.warnf("worker %d: %s", number, line.replaceAll("\\p{Cntrl}", " "));
    }

    private void readReplies() {
        String problem = "";
        try {
            for (ByteBuffer body = channel.receive(); body != null; body = channel.receive()) {
                WorkerReply reply = FrameFormat.reply(body);
                if (reply instanceof WorkerReply.Hello hello) {
                    protocol.complete(hello.protocol());
                } else {
                    listener.replied(this, reply);
                }
            }
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("a reply of the worker could not be taken; this is a bug, please report it", e);
            problem = String.valueOf(e);
        }
        WorkerEnd end = end(problem);
        ended = end;
        protocol.completeExceptionally(new IOException(end.detail()));
        listener.ended(this, end);
        closeQuietly();
    }

    /** The socket is closed before the process has an exit code, but not long before. */
    private WorkerEnd end(String problem) {
        boolean byItself = exited();
        if (!byItself) {
            process.destroyForcibly();
        }
        WorkerEnd killed = killedFor.get();
        if (killed != null) {
            return killed;
        }
        return lastWords.crash().orElseGet(() -> {
            if (byItself) {
                return LastWords.of(process.exitValue());
            }
            return WorkerEnd.socket(problem.isEmpty() ? "it closed its socket" : "its socket failed: " + problem);
        });
    }

    private boolean exited() {
        try {
            return process.waitFor(EXIT_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debugf("worker %d: %s", number, e.getMessage());
        }
    }

    /** Ends the worker. */
    @Override
    public void close() {
        kill(WorkerEnd.stopped());
        closeQuietly();
    }
}
