package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLauncher;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.inference.worker.WorkerReply;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps a worker alive: starts it, has it load its versions, and starts it again when it has ended. */
final class WorkerSupervisor implements WorkerLife.Listener, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(WorkerSupervisor.class);

    private final WorkerLauncher launcher;
    private final WorkerVersions versions;
    private final Replies replies;
    private final RestartPauses pauses;
    private final WorkerMeters meters;
    private final TimeSource time;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("worker-supervisor").daemon().factory());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // written under the lock
    private volatile WorkerState state = new WorkerState.Starting(null);
    private volatile @Nullable WorkerLife started;
    private long servingSince;

    /** Told what happens to passes, on the thread that reads from the worker. */
    interface Replies {

        void replied(WorkerReply reply);

        /** A worker begins to serve. */
        void begun();

        /** The worker is no longer {@link WorkerState.Serving}; fails all its passes. */
        void ended(WorkerLife life, WorkerEnd end);
    }

    WorkerSupervisor(
            WorkerLauncher launcher,
            WorkerVersions versions,
            Replies replies,
            Duration longLife,
            WorkerMeters meters,
            TimeSource time) {
        this.launcher = launcher;
        this.versions = versions;
        this.replies = replies;
        this.pauses = new RestartPauses(longLife.toNanos());
        this.meters = meters;
        this.time = time;
    }

    WorkerState state() {
        return state;
    }

    /** The worker that answers, or null. */
    @Nullable WorkerLife serving() {
        return state instanceof WorkerState.Serving serving ? serving.life() : null;
    }

    /** The worker that is there, or the last that was: it may answer, load its versions or have ended. Null if there was none. */
    @Nullable WorkerLife started() {
        return started;
    }

    /** Starts the first worker; returns at once. */
    void begin() {
        thread.execute(this::start);
        var unused = thread.scheduleWithFixedDelay(this::loadLost, 1, 1, TimeUnit.SECONDS);
    }

    private void loadLost() {
        WorkerLife life = serving();
        if (life == null) {
            return;
        }
        try {
            versions.loadLost(life);
        } catch (RuntimeException | Error e) {
            LOG.error("versions could not be loaded again; this is a bug, please report it", e);
        }
    }

    /**
     * Waits for a worker that answers.
     *
     * @return null if none can be started now
     */
    @Nullable WorkerLife await(Duration within) throws InterruptedException {
        lock.lock();
        try {
            long left = within.toNanos();
            while (mayServeSoon() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return serving();
        } finally {
            lock.unlock();
        }
    }

    /** A worker that did not start the last time will not start the next time either. */
    private boolean mayServeSoon() {
        return switch (state) {
            case WorkerState.Starting starting -> true;
            case WorkerState.Resting resting -> !resting.after().kind().equals(WorkerEnd.START);
            // one that was killed answers nothing more
            case WorkerState.Serving serving -> serving.life().isEnding();
            case WorkerState.Stopped stopped -> false;
        };
    }

    private void start() {
        WorkerEnd end;
        WorkerLife life = null;
        try {
            life = launcher.launch(this);
            started = life;
            meters.started();
            end = versions.loadAll(life);
            if (end == null) {
                end = serve(life);
            }
        } catch (IOException e) {
            end = WorkerEnd.start(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.error("the worker could not be started; this is a bug, please report it", e);
            end = WorkerEnd.start(e.toString());
            if (life != null) {
                life.kill(end);
            }
        }
        if (end != null) {
            again(end);
        }
    }

    /** Returns why the worker has ended meanwhile, or null when it serves. */
    private @Nullable WorkerEnd serve(WorkerLife life) {
        lock.lock();
        try {
            if (life.ended() == null && state instanceof WorkerState.Starting) {
                servingSince = time.nanoTime();
                replies.begun();
                become(new WorkerState.Serving(life));
                LOG.infof("treatments run in process %d", life.pid());
            } else if (state instanceof WorkerState.Stopped) {
                life.close();
            }
            return life.ended();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void replied(WorkerLife life, WorkerReply reply) {
        if (!versions.replied(reply)) {
            replies.replied(reply);
        }
    }

    @Override
    public void ended(WorkerLife life, WorkerEnd end) {
        boolean served;
        lock.lock();
        try {
            served = life.equals(serving());
            if (served) {
                become(new WorkerState.Starting(end));
            }
        } finally {
            lock.unlock();
        }
        try {
            versions.ended(life, end);
            replies.ended(life, end);
        } finally {
            if (served) {
                again(end);
            }
        }
    }

    /** Starts the next worker, after a pause if needed. */
    private void again(WorkerEnd end) {
        lock.lock();
        try {
            if (state instanceof WorkerState.Stopped) {
                return;
            }
            meters.ended(end);
            long served = servingSince == 0 ? 0 : time.nanoTime() - servingSince;
            servingSince = 0;
            long pause = pauses.next(served);
            LOG.warnf(
                    "the worker of the treatments: %s; it starts again in %d ms, and control answers",
                    end.detail(), TimeUnit.NANOSECONDS.toMillis(pause));
            become(pause == 0 ? new WorkerState.Starting(end) : new WorkerState.Resting(end));
            var unused = thread.schedule(this::startAgain, pause, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the service is stopping", e);
        } finally {
            lock.unlock();
        }
    }

    private void startAgain() {
        lock.lock();
        try {
            if (state instanceof WorkerState.Resting resting) {
                become(new WorkerState.Starting(resting.after()));
            }
        } finally {
            lock.unlock();
        }
        start();
    }

    private void become(WorkerState next) {
        if (!(state instanceof WorkerState.Stopped)) {
            state = next;
            changed.signalAll();
        }
    }

    @Override
    public void close() {
        WorkerLife life;
        lock.lock();
        try {
            life = serving();
            become(new WorkerState.Stopped());
        } finally {
            lock.unlock();
        }
        if (life != null) {
            life.close();
        }
        // last, because a worker ends with the thread that started it, where the system can do that
        thread.shutdownNow();
    }
}
