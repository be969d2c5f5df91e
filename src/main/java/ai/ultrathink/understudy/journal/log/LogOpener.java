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
 * Opens the log: at once if possible, otherwise as soon as it is, because a directory may become usable (mounted again,
 * emptied, released by another process). A hanging disk delays neither start nor stop beyond a limit: one thread does
 * all disk work, and others wait for it only for a limited time.
 */
public final class LogOpener {

    private static final Logger LOG = Logger.getLogger(LogOpener.class);

    /** One attempt to open the log. */
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

    // owned by the thread
    private @Nullable SegmentedLog log;
    private String reported = "";

    /**
     * Prepares the opener.
     *
     * @param directory the directory of the log, for messages
     * @param retryAfter the time between attempts
     * @param patience the time that a start and a stop wait for the disk
     * @param opened receives the log, once
     */
    public LogOpener(
            Path directory, Attempt attempt, Duration retryAfter, Duration patience, Consumer<SegmentedLog> opened) {
        this.directory = directory;
        this.attempt = attempt;
        this.retryAfter = retryAfter;
        this.patience = patience;
        this.opened = opened;
    }

    /** Makes the first attempt; if it fails or takes too long, further attempts are made in the background. */
    public void start() {
        Future<?> first = thread.submit(this::tryOnce);
        retrying = thread.scheduleWithFixedDelay(
                this::tryOnce, retryAfter.toNanos(), retryAfter.toNanos(), TimeUnit.NANOSECONDS);
        if (!isDone(first)) {
            LOG.errorf(
                    "the journal in %s is not open after %s: its disk hangs or has much to read. Until it is open, results"
                            + " are only in memory, and a crash loses them",
                    directory, patience);
        }
    }

    /** Stops the attempts, and closes the log if it was opened. */
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
                    "the journal in %s is not closed after %s, because its disk hangs; the service stops anyway. The entries"
                            + " on the disk are stored after the next start",
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
            LOG.errorf(e.getCause(), "unexpected error with the journal in %s; please report it", directory);
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
            // also an Error: a task that throws is not scheduled again
            report(e);
            return;
        }
        log = attempted;
        if (!stopped) {
            LOG.infof(
                    "journal in %s: %d entries from an earlier process, %d of them damaged",
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
            LOG.errorf("closing the journal in %s failed: %s", directory, e);
        }
    }

    private void endRetrying() {
        Future<?> further = retrying;
        if (further != null) {
            further.cancel(false);
        }
    }

    /** Reports each failure once, not at every attempt. */
    private void report(Throwable failure) {
        if (reported.equals(failure.toString())) {
            return;
        }
        reported = failure.toString();
        LOG.errorf(
                "the journal cannot be opened in %s: %s. This is retried every %s; until then results are only in memory,"
                        + " and a crash loses them. The directory must be writable for this user and used by no other"
                        + " process; if its files cannot be read, move them away and keep them",
                directory, reported, retryAfter);
    }
}
