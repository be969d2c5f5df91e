package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens the log: at once where that is possible, else as soon as it is, for a directory may come back (mounted again, emptied,
 * given up by the process that had it). A disk that hangs holds up neither the start nor the stop for longer than allowed: all
 * that touches it is done by one thread, of which only so much is waited for.
 */
public final class LogOpener {

    private static final Logger LOG = Logger.getLogger(LogOpener.class);

    /** One attempt to open it. */
    public interface Attempt {
        SegmentedLog open() throws IOException;
    }

    private final Path directory;
    private final Attempt attempt;
    private final Duration retryAfter;
    private final Duration patience;
    private final Consumer<SegmentedLog> opened;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("journal-opening").daemon().factory());
    private volatile boolean stopped;
    private volatile @Nullable Future<?> retrying;

    // those of the thread
    private @Nullable SegmentedLog log;
    private String reported = "";

    /**
     * Prepares it.
     *
     * @param directory where the log is, for the messages
     * @param retryAfter how long to wait between attempts
     * @param patience how long a start and a stop wait for the disk
     * @param opened takes the log, once
     */
    public LogOpener(
            Path directory, Attempt attempt, Duration retryAfter, Duration patience, Consumer<SegmentedLog> opened) {
        this.directory = directory;
        this.attempt = attempt;
        this.retryAfter = retryAfter;
        this.patience = patience;
        this.opened = opened;
    }

    /** Makes the first attempt, and has the others made in the background if it fails or takes too long. */
    public void start() {
        Future<?> first = thread.submit(this::tryOnce);
        retrying = thread.scheduleWithFixedDelay(
                this::tryOnce, retryAfter.toNanos(), retryAfter.toNanos(), TimeUnit.NANOSECONDS);
        if (!isDone(first)) {
            LOG.errorf(
                    "the journal in %s is not open after %s: its disk hangs or has much to read. Until it is, results wait in"
                            + " memory, where a crash loses them",
                    directory, patience);
        }
    }

    /** Makes no more attempts, and closes the log if it was opened. */
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        endRetrying();
        Future<?> closed = thread.submit(this::close);
        thread.shutdown();
        if (!isDone(closed)) {
            LOG.errorf(
                    "the journal in %s is not closed after %s, because its disk hangs; the service stops all the same. What"
                            + " the disk has is stored after the next start",
                    directory, patience);
        }
    }

    private boolean isDone(Future<?> task) {
        try {
            task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            LOG.errorf(e.getCause(), "a fault with the journal in %s; please report it", directory);
            return true;
        }
    }

    private void tryOnce() {
        if (stopped || log != null) {
            return;
        }
        SegmentedLog attempted;
        try {
            attempted = attempt.open();
        } catch (IOException | RuntimeException | Error e) {
            // an Error as well: what throws once is not scheduled again
            report(e);
            return;
        }
        log = attempted;
        if (!stopped) {
            LOG.infof(
                    "journal in %s: %d entries from before, %d of them torn",
                    directory, attempted.pendingRecords(), attempted.tornRecords());
            opened.accept(attempted);
        }
        endRetrying();
    }

    private void close() {
        if (log == null) {
            return;
        }
        try {
            log.close();
        } catch (IOException | UncheckedIOException e) {
            LOG.errorf("the journal in %s did not close well: %s", directory, e);
        }
    }

    private void endRetrying() {
        Future<?> further = retrying;
        if (further != null) {
            further.cancel(false);
        }
    }

    /** Each failure once, not at every attempt. */
    private void report(Throwable failure) {
        if (reported.equals(failure.toString())) {
            return;
        }
        reported = failure.toString();
        LOG.errorf(
                "the journal cannot be kept in %s: %s. Until it can, which is tried every %s, results wait in memory,"
                        + " where a crash loses them. Make it a directory that this user may write to and no other"
                        + " process uses; if its files cannot be read, move them away and keep them",
                directory, reported, retryAfter);
    }
}
