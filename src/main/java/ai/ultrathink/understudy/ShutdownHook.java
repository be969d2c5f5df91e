package ai.ultrathink.understudy;

import ai.ultrathink.understudy.embedded.EmbeddedDatabase;
import io.quarkus.runtime.Application;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The last shutdown hook to end. All start at once, so it waits for the service, which answers what is in flight and writes its
 * last results, and then stops the database that came with it.
 *
 * <p>A process that was asked to stop, and did, has not failed: it ends with 0, not with the number of the signal.
 */
final class ShutdownHook {

    /** The exit code for a signal is its number and this. */
    private static final int SIGNALS_ABOVE = 128;

    /** Longer than answering what is in flight and storing what is left may take. */
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

    // whoever is first: the service that ends by itself, or the hook of a process that was asked to; after the hook
    // the service says that it ends, too
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable EmbeddedDatabase database;

    void await() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "ending"));
    }

    /**
     * The service ends without having been asked to; the exit code is its own. Unless it is that of a signal: this is how a
     * native executable tells that it was asked.
     */
    void exit(int code) {
        if (code <= SIGNALS_ABOVE) {
            begun.set(true);
        }
        System.exit(code);
    }

    /** The process ends by a fault; its exit code says so. */
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
            System.err.println("the service does not stop within " + STOPPED_WITHIN.toSeconds() + " s; its process ends"
                    + " now, and what it has not stored is stored from its journal at the next start");
            stopDatabase();
            Runtime.getRuntime().halt(1);
        }
        stopDatabase();
        if (asked) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Something that hangs, as a disk may, must not keep the process for ever. */
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
