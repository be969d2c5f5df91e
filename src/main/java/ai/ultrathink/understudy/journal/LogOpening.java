package ai.ultrathink.understudy.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens the log: at once where that is possible, else as soon as it is, for a directory may come back (mounted again, emptied,
 * given up by the process that had it).
 */
final class LogOpening {

    private static final Logger LOG = Logger.getLogger(LogOpening.class);

    /** One attempt to open it. */
    interface Attempt {
        SegmentedLog open() throws IOException;
    }

    private final Path directory;
    private final Attempt attempt;
    private final Duration retryAfter;
    private final Consumer<SegmentedLog> opened;
    private String reported = "";
    private @Nullable SegmentedLog log;
    private @Nullable ScheduledExecutorService background;
    private @Nullable ScheduledFuture<?> retrying;
    private boolean stopped;

    /**
     * Prepares it.
     *
     * @param directory where the log is, for the messages
     * @param retryAfter how long to wait between attempts
     * @param opened takes the log, once
     */
    LogOpening(Path directory, Attempt attempt, Duration retryAfter, Consumer<SegmentedLog> opened) {
        this.directory = directory;
        this.attempt = attempt;
        this.retryAfter = retryAfter;
        this.opened = opened;
    }

    /** Makes the first attempt, and has the others made in the background if it fails. */
    synchronized void start() {
        tryOnce();
        if (log == null) {
            // a thread of its own: a disk that hangs must hold up nobody else
            background = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("journal-opening").daemon().factory());
            retrying = background.scheduleWithFixedDelay(
                    this::tryOnce, retryAfter.toMillis(), retryAfter.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Makes no more attempts, and closes the log if it was opened. */
    synchronized void stop() {
        stopped = true;
        endRetrying();
        if (log == null) {
            return;
        }
        try {
            log.close();
        } catch (IOException | UncheckedIOException e) {
            LOG.errorf("the journal in %s did not close well: %s", directory, e);
        }
    }

    private synchronized void tryOnce() {
        if (stopped || log != null) {
            return;
        }
        try {
            log = attempt.open();
        } catch (IOException | RuntimeException | InternalError e) {
            report(e);
            return;
        }
        LOG.infof(
                "journal in %s: %d entries from before, %d of them torn",
                directory, log.pendingRecords(), log.tornRecords());
        opened.accept(log);
        endRetrying();
    }

    private void endRetrying() {
        if (retrying != null) {
            retrying.cancel(false);
        }
        if (background != null) {
            background.shutdown();
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
