package ai.ultrathink.understudy.testkit;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Requests at a constant rate, whether or not those before have been answered: callers do not wait for each other. */
public final class OpenLoop implements AutoCloseable {

    /** How long a request may take; those that are under way when the loop ends get twice as long. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Request request;
    private final long periodNanos;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread pacing;
    private volatile boolean going = true;

    /** What is done for each. */
    @FunctionalInterface
    public interface Request {

        /**
         * Sends one and deals with its answer.
         *
         * @param number from 0 on
         * @param dueNanos when it was due to be sent, as System.nanoTime() counts
         */
        void send(int number, long dueNanos);
    }

    private OpenLoop(String name, int perSecond, Request request) {
        this.request = request;
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.pacing = Thread.ofPlatform().name(name).daemon().unstarted(this::pace);
    }

    /** Begins. */
    public static OpenLoop start(String name, int perSecond, Request request) {
        OpenLoop loop = new OpenLoop(name, perSecond, request);
        loop.pacing.start();
        return loop;
    }

    private void pace() {
        long due = System.nanoTime();
        for (int number = 0; going; number++, due += periodNanos) {
            LockSupport.parkNanos(due - System.nanoTime());
            int next = number;
            long sent = due;
            callers.execute(() -> request.send(next, sent));
        }
    }

    /** Sends no more and waits for the answers that are due. */
    @Override
    public void close() {
        going = false;
        try {
            pacing.join();
            callers.shutdown();
            callers.awaitTermination(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
