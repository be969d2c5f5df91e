package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests on a timetable over connections that stay open, and measures latencies from the times of the timetable.
 *
 * <p>One thread sleeps until the next request is due and sends it. Another sleeps until an answer comes. Neither spins: on two cores a
 * thread that spins would take one of them from the server. The price is the time that a thread needs to wake, and that of the sender
 * is measured.
 */
final class LoadGenerator implements AutoCloseable {

    /** A run is void if a request is not answered this long after the last one was due. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Until both threads are at work. */
    private static final Duration HEAD_START = Duration.ofMillis(20);

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final PreparedRequests requests;
    private final List<KeptConnection> connections = new ArrayList<>();
    private final Selector selector;
    private final ExecutorService sender = Executors.newSingleThreadExecutor();
    private final ExecutorService receiver = Executors.newSingleThreadExecutor();

    private LoadGenerator(PreparedRequests requests, Selector selector) {
        this.requests = requests;
        this.selector = selector;
    }

    /** @param connections as many requests may be under way at the same time */
    static LoadGenerator open(InetSocketAddress server, PreparedRequests requests, int connections) throws IOException {
        LoadGenerator generator = new LoadGenerator(requests, Selector.open());
        for (int i = 0; i < connections; i++) {
            KeptConnection connection = KeptConnection.open(server);
            generator.connections.add(connection);
            connection.channel().register(generator.selector, SelectionKey.OP_READ, connection);
        }
        return generator;
    }

    /** Gives its threads precedence over what else runs on its cores. Where that is not allowed, runs say how late requests were sent. */
    void takePrecedence() throws IOException, InterruptedException {
        for (ExecutorService thread : List.of(sender, receiver)) {
            await(submit(thread, PromptThread::become));
        }
    }

    /**
     * Sends for a while, and waits for the answers.
     *
     * @throws IOException if a connection breaks or a request is not answered: the run is void
     */
    LoadResult run(double perSecond, Duration time) throws IOException, InterruptedException {
        int count = (int) Math.max(1, Math.round(perSecond * time.toNanos() / 1e9));
        Run run = new Run(new Timetable(System.nanoTime() + HEAD_START.toNanos(), perSecond, count));
        List<Future<?>> threads = List.of(submit(sender, run::send), submit(receiver, run::receive));
        for (Future<?> thread : threads) {
            await(thread);
        }
        return run.result();
    }

    private static void await(Future<?> thread) throws IOException, InterruptedException {
        try {
            thread.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        sender.shutdown();
        receiver.shutdown();
        for (KeptConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }

    private final class Run {

        private final Timetable timetable;
        private final DueRequests<KeptConnection> dueRequests = new DueRequests<>(connections);
        private final SinceDue latencies = new SinceDue();
        private final SinceDue lateness = new SinceDue();
        private volatile boolean broken;
        private int failures;

        Run(Timetable timetable) {
            this.timetable = timetable;
        }

        void send() throws IOException, InterruptedException {
            endingBoth(() -> {
                for (int number = 0; number < timetable.requests() && !broken; number++) {
                    long due = timetable.due(number);
                    lateness.add(due, sleepUntil(due));
                    KeptConnection connection = dueRequests.nextIsDue();
                    if (connection != null) {
                        connection.send(requests.get(number), due);
                    }
                }
            });
        }

        private long sleepUntil(long due) {
            long now = System.nanoTime();
            while (now < due && !broken) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            return now;
        }

        void receive() throws IOException, InterruptedException {
            endingBoth(() -> {
                long end = timetable.due(timetable.requests()) + PATIENCE.toNanos();
                while (latencies.count() < timetable.requests() && !broken) {
                    if (System.nanoTime() > end) {
                        throw new IOException("%,d of %,d requests were not answered within %s"
                                .formatted(timetable.requests() - latencies.count(), timetable.requests(), PATIENCE));
                    }
                    selector.select(this::receive, LOOK_EVERY.toMillis());
                }
            });
        }

        private void receive(SelectionKey key) {
            KeptConnection connection = (KeptConnection) key.attachment();
            try {
                int status = connection.receive();
                if (status == 0) {
                    return;
                }
                latencies.add(connection.dueNanos(), System.nanoTime());
                failures += status / 100 == 2 ? 0 : 1;
                int next = dueRequests.answered(connection);
                if (next != DueRequests.NONE) {
                    connection.send(requests.get(next), timetable.due(next));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A thread that fails ends the other one too. */
        private void endingBoth(Task part) throws IOException, InterruptedException {
            boolean done = false;
            try {
                part.run();
                done = true;
            } finally {
                broken |= !done;
            }
        }

        LoadResult result() {
            return new LoadResult(timetable.perSecond(), latencies, lateness, failures);
        }
    }

    /** What one of the two threads does. */
    @FunctionalInterface
    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static Future<?> submit(ExecutorService thread, Task task) {
        return thread.submit(() -> {
            task.run();
            return task;
        });
    }
}
