package ai.ultrathink.understudy.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Callers of whom each sends its next request when it has had the last answer. */
public final class ClosedLoop implements AutoCloseable {

    private final Request request;
    private final List<Thread> callers = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopped;

    /** What is done for each. */
    @FunctionalInterface
    public interface Request {

        /**
         * Sends one and waits for its answer.
         *
         * @param caller from 0 on
         * @param number of the caller's request, from 0 on
         * @return whether this caller has more to send
         * @throws Exception for which this caller sends no more, either
         */
        boolean send(int caller, int number) throws Exception;
    }

    private ClosedLoop(Request request) {
        this.request = request;
    }

    /** Lets them begin. */
    public static ClosedLoop start(int callers, Request request) {
        ClosedLoop loop = new ClosedLoop(request);
        for (int i = 0; i < callers; i++) {
            int caller = i;
            loop.callers.add(
                    Thread.ofPlatform().daemon().name("caller-" + caller).start(() -> loop.call(caller)));
        }
        return loop;
    }

    private void call(int caller) {
        try {
            for (int number = 0; !stopped && request.send(caller, number); number++) {
                // the next one
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure.compareAndSet(null, e);
        }
    }

    /** The first failure that has ended a caller, or null. */
    public @Nullable Exception failure() {
        return failure.get();
    }

    /** Waits until each has nothing more to send. */
    public void join() throws InterruptedException {
        for (Thread caller : callers) {
            caller.join();
        }
    }

    /** Waits no longer than this until each has nothing more to send. */
    public void join(Duration within) throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        for (Thread caller : callers) {
            if (!caller.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())))) {
                throw new IllegalStateException(caller.getName() + " has not ended within " + within);
            }
        }
    }

    /** Lets each have its last answer. */
    @Override
    public void close() {
        stopped = true;
        try {
            join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
