package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run models: one per core. {@link ReadyQueues} says which queue is next.
 *
 * <p>A thread that is stuck in native code cannot be interrupted. It is given up and replaced, up to a limit; beyond
 * the limit the pool reports itself dead.
 */
final class InferencePool implements QueueServer, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(InferencePool.class);
    private static final Duration WARM_WITHIN = Duration.ofSeconds(30);

    private final int size;
    private final int maxBatch;
    private final int maxStuck;
    private final TimeSource time;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    // guarded by the lock, as all below
    private final ReadyQueues ready;
    private final WorkerRestarts restarts = new WorkerRestarts();
    private final List<InferenceWorker> workers = new ArrayList<>();
    // given up, but still in a pass
    private final List<InferenceWorker> lost = new ArrayList<>();
    private int started;
    private final CountDownLatch warm;
    private boolean begun;
    private boolean closed;

    /**
     * @param size threads, at least 2
     * @param maxBatch the maximum number of rows in one forward pass
     * @param maxStuck stuck threads to replace before the pool is dead
     */
    InferencePool(int size, int maxBatch, int maxStuck, TimeSource time) {
        this.size = Math.max(2, size);
        this.ready = new ReadyQueues(this.size);
        this.warm = new CountDownLatch(this.size);
        this.maxBatch = maxBatch;
        this.maxStuck = maxStuck;
        this.time = time;
    }

    /**
     * Starts the threads and waits until each is warm, up to a limit. Does nothing if they run already.
     *
     * @param warmUp runs on each of these threads before it serves, and does not throw
     */
    void start(Consumer<TorchThread> warmUp) throws InterruptedException {
        lock.lock();
        try {
            while (!begun && workers.size() < size) {
                addWorker(warmUp);
            }
            begun = true;
        } finally {
            lock.unlock();
        }
        if (!warm.await(WARM_WITHIN.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.warn("an inference thread is not warm yet; the service starts without waiting for it");
        }
    }

    /** Called when a worker's thread is ready to serve, or cannot serve. */
    void warm() {
        warm.countDown();
    }

    /**
     * Schedules a queue that has work. Called for every request, so the usual case, a queue already scheduled, takes no
     * lock.
     */
    @Override
    public void wake(RoleQueue queue) {
        if (queue.schedule()) {
            enqueue(queue);
        }
    }

    private void enqueue(RoleQueue queue) {
        lock.lock();
        try {
            ready.add(queue);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next queue for a worker. Null if the worker should end. */
    @Nullable RoleQueue next(InferenceWorker worker) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !worker.givenUp()) {
                RoleQueue queue = ready.poll();
                if (queue != null) {
                    return worker.begin(queue, time.nanoTime());
                }
                work.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Called when a worker has finished one batch of a queue. */
    void done(InferenceWorker worker, RoleQueue queue) {
        boolean keptQueue;
        lock.lock();
        try {
            keptQueue = worker.idle();
            restarts.served();
            if (worker.givenUp()) {
                lost.remove(worker);
            } else {
                leave(queue);
            }
        } finally {
            lock.unlock();
        }
        if (keptQueue) {
            reopen(queue);
        }
    }

    private void reopen(RoleQueue queue) {
        queue.unschedule();
        if (queue.hasWork()) {
            queue.model().wake(queue);
        }
    }

    /**
     * Called when a model's version was replaced: a thread that is stuck in the old version gives its queue to the new
     * one.
     */
    void freeQueues(Model model) {
        List<RoleQueue> freed;
        lock.lock();
        try {
            freed = lost.stream().flatMap(worker -> worker.leaveQueue(model)).toList();
        } finally {
            lock.unlock();
        }
        freed.forEach(this::reopen);
    }

    private void leave(RoleQueue queue) {
        if (ready.release(queue)) {
            work.signal();
        }
    }

    /** Called when a worker's thread ends by a fault. It is replaced at the next maintenance. */
    void ended(InferenceWorker worker, Throwable fault) {
        LOG.error("an inference thread ended unexpectedly and is being replaced; please report this", fault);
        lock.lock();
        try {
            lost.remove(worker);
            if (workers.remove(worker)) {
                restarts.ended(time.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Number of threads that have ended by a fault. */
    int ended() {
        lock.lock();
        try {
            return restarts.ended();
        } finally {
            lock.unlock();
        }
    }

    /** Replaces threads that have ended, and threads that have been in one batch for longer than allowed. */
    void lookAfterThreads(long allowedNanos) {
        long now = time.nanoTime();
        lock.lock();
        try {
            while (begun && !closed && workers.size() < size && restarts.due(now)) {
                addWorker(torch -> {});
            }
            for (InferenceWorker worker : List.copyOf(workers)) {
                RoleQueue queue = worker.stuckIn(now, allowedNanos);
                if (queue != null && lost.size() < maxStuck) {
                    worker.giveUp();
                    workers.remove(worker);
                    lost.add(worker);
                    leave(queue);
                    // no warm-up: the replacement would hang where its predecessor did
                    addWorker(torch -> {});
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether requests can still find a thread. */
    boolean alive() {
        lock.lock();
        try {
            return lost.size() < maxStuck && workers.stream().anyMatch(InferenceWorker::isAlive);
        } finally {
            lock.unlock();
        }
    }

    /** Number of threads that are stuck in a model now. */
    int stuck() {
        lock.lock();
        try {
            return lost.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a thread was given up in this version of a model and has not returned. */
    boolean stuckIn(LoadedModel model) {
        lock.lock();
        try {
            return lost.stream().anyMatch(worker -> worker.isInside(model));
        } finally {
            lock.unlock();
        }
    }

    private void addWorker(Consumer<TorchThread> warmUp) {
        InferenceWorker worker = new InferenceWorker(this, maxBatch, time, warmUp, "inference-" + started++);
        workers.add(worker);
        worker.start();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
