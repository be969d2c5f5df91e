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
 * <p>A thread that is stuck in native code cannot be interrupted. It is given up and replaced, up to a bound; past the bound
 * the pool reports itself dead.
 */
final class InferencePool implements AutoCloseable {

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
    // given up, and still in their pass
    private final List<InferenceWorker> lost = new ArrayList<>();
    private int started;
    private final CountDownLatch warm;
    private boolean begun;
    private boolean closed;

    /**
     * @param size threads, at least 2
     * @param maxBatch the most rows in one forward pass
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
     * Starts the threads and waits until each is warm, or for so long. Does nothing when they run already.
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
            LOG.warn("an inference thread is not warm yet; the service goes on without waiting for it");
        }
    }

    /** A worker's thread is about to serve, or cannot. */
    void warm() {
        warm.countDown();
    }

    /** Says that a lane has work. Called for every request, so the usual case, a lane already scheduled, takes no lock. */
    void wake(RoleQueue queue) {
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

    /** The next lane for a worker; waits for one. Null when the worker is to end. */
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

    /** A worker is done with one batch of a lane. */
    void done(InferenceWorker worker, RoleQueue queue) {
        boolean keptLane;
        lock.lock();
        try {
            keptLane = worker.idle();
            restarts.served();
            if (worker.givenUp()) {
                lost.remove(worker);
            } else {
                leave(queue);
            }
        } finally {
            lock.unlock();
        }
        if (keptLane) {
            reopen(queue);
        }
    }

    private void reopen(RoleQueue queue) {
        queue.unschedule();
        if (queue.hasWork()) {
            wake(queue);
        }
    }

    /** The model's version was replaced: a thread that is stuck in the old one no longer keeps its lane from the new one. */
    void freeLanes(Model model) {
        List<RoleQueue> freed;
        lock.lock();
        try {
            freed = lost.stream().flatMap(worker -> worker.leaveLane(model)).toList();
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

    /** A worker's thread ends by a fault. It is replaced the next time that threads are looked after. */
    void ended(InferenceWorker worker, Throwable fault) {
        LOG.error("an inference thread ended by a fault and is replaced; please report this", fault);
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

    /** How many threads ended by a fault so far. */
    int ended() {
        lock.lock();
        try {
            return restarts.ended();
        } finally {
            lock.unlock();
        }
    }

    /** Replaces the threads that have ended, and those that have been in one batch for longer than allowed. */
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
                    // not warmed: what hangs one thread would hang the one that replaces it
                    addWorker(torch -> {});
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a request may still find a thread. */
    boolean alive() {
        lock.lock();
        try {
            return lost.size() < maxStuck && workers.stream().anyMatch(InferenceWorker::isAlive);
        } finally {
            lock.unlock();
        }
    }

    /** Threads that are stuck in a model now. */
    int stuck() {
        lock.lock();
        try {
            return lost.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a thread was given up in this version of a model and has not come back. */
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
