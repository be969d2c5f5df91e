package ai.ultrathink.understudy;

import ai.ultrathink.understudy.embedded.EmbeddedDatabase;
import io.quarkus.runtime.Application;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The shutdown hook that ends last. All hooks start at once, so it waits for the service, which answers requests in
 * flight and writes its last results, and then stops the embedded database.
 *
 * <p>A process that stopped on request has not failed, so it exits with 0 and not with the number of the signal.
 */
final class ShutdownHook {

    /** The exit code for a signal is its number plus this. */
    private static final int SIGNALS_ABOVE = 128;

    /** Longer than the service may need to answer requests in flight and to store its results. */
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

    // set by the first of two: the service that ends by itself, or the hook of a process that was asked to stop; after
    // the hook the service reports its end, too
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable EmbeddedDatabase database;

    void await() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "ending"));
    }

    /**
     * Called when the service ends without a request; the exit code is its own. If it is that of a signal, a native
     * executable was asked to stop.
     */
    void exit(int code) {
        if (code <= SIGNALS_ABOVE) {
            begun.set(true);
        }
        System.exit(code);
    }

    /** Called when the process ends by an error, which the exit code shows. */
    void failed() {
        begun.set(true);
    }

    void stopAtLast(EmbeddedDatabase embedded) {
        database = embedded;
    }

    private void end() {
        boolean asked = begun.compareAndSet(false, true);
        Application service = Application.currentApplication();
        if (service != null && !isOver(service)) {
            System.err.println("the service did not stop within " + STOPPED_WITHIN.toSeconds() + " s; the process ends"
                    + " now, and results that are not stored are stored from the journal at the next start");
            stopDatabase();
            Runtime.getRuntime().halt(1);
        }
        stopDatabase();
        if (asked) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Waits for the service, but not forever: a disk may hang. */
    private static boolean isOver(Application service) {
        Thread waiting = new Thread(service::awaitShutdown, "awaiting the end");
        waiting.setDaemon(true);
        waiting.start();
        try {
            return waiting.join(STOPPED_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void stopDatabase() {
        EmbeddedDatabase embedded = database;
        if (embedded == null) {
            return;
        }
        System.clearProperty("DATABASE_URL");
        try {
            embedded.close();
        } catch (IOException e) {
            System.err.println("the embedded PostgreSQL did not stop: " + e.getMessage());
        }
    }
}
