package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Serves the queues of treatments by a worker: takes batches as the threads of this process would, and sends them as passes. While
 * no worker serves, calls fail at once.
 *
 * <p>One thread does all this. Its events are bounded by the queues, of which each has at most one batch under way.
 */
final class WorkerQueues implements QueueServer, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(WorkerQueues.class);

    /** The largest input of a pass; a batch of a network with more features has fewer rows. */
    private static final int MOST_BYTES = 32 << 20;

    private static final String AWAY = "away";
    private static final Refusal QUARANTINED = new Refusal(
            "quarantined",
            new Outcome.Failed(
                    "these features were in a pass at two deaths of the worker, and are not asked again until"
                            + " the service restarts or another version is loaded"));

    private final WorkerSupervisor supervisor;
    private final WorkerVersions versions;
    private final WorkerPasses passes;
    private final WorkerDeaths deaths;
    private final WorkerMeters meters;
    private final int maxBatch;
    private final TimeSource time;
    private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().name("worker-queues").daemon().unstarted(this::run);
    private volatile boolean closed;

    // used by the thread alone, as all below
    private final Deque<RoleQueue> ready = new ArrayDeque<>();
    private final Deque<WorkerTurn> turns = new ArrayDeque<>();
    private final BatchRows rows = new BatchRows();

    WorkerQueues(
            WorkerSupervisor supervisor,
            WorkerVersions versions,
            WorkerPasses passes,
            WorkerDeaths deaths,
            WorkerMeters meters,
            int maxBatch,
            TimeSource time) {
        this.supervisor = supervisor;
        this.versions = versions;
        this.passes = passes;
        this.deaths = deaths;
        this.meters = meters;
        this.maxBatch = maxBatch;
        this.time = time;
    }

    void start() {
        thread.start();
    }

    @Override
    public void wake(RoleQueue queue) {
        if (queue.schedule()) {
            events.add(() -> ready.add(queue));
        }
    }

    /** Called when a pass of a turn has ended. */
    void goOn(WorkerTurn turn) {
        events.add(() -> turns.add(turn));
    }

    /** Asks for a sign of life. */
    void ping(WorkerLife life) {
        events.add(() -> passes.ping(life));
    }

    /** Has the worker of the time free a version. Never blocks, although sending may: callers are threads of control. */
    void free(WorkerCopy copy) {
        events.add(() -> {
            WorkerLife life = supervisor.started();
            if (life != null) {
                versions.free(life, copy);
            }
        });
    }

    private void run() {
        try {
            while (!closed) {
                safely(events.take());
                for (Runnable event = events.poll(); event != null; event = events.poll()) {
                    safely(event);
                }
                safely(this::serve);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without this thread every treatment would wait until its deadline. */
    private static void safely(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            bug(e);
        }
    }

    private static void bug(Throwable e) {
        LOG.error("a batch could not be sent to the worker; this is a bug, please report it", e);
    }

    private void serve() {
        while (passes.mayStart() && !turns.isEmpty()) {
            next(turns.removeFirst());
        }
        while (passes.mayStart() && !ready.isEmpty()) {
            WorkerTurn turn = begin(ready.removeFirst());
            if (turn != null) {
                next(turn);
            }
        }
    }

    /** Takes a batch from a queue. Null if there was nothing to run. */
    private @Nullable WorkerTurn begin(RoleQueue queue) {
        LoadedModel model = queue.model().acquire();
        List<PendingCall> batch = new ArrayList<>();
        WorkerTurn turn = null;
        try {
            turn = model == null ? removed(queue, batch) : turn(queue, model, batch);
        } catch (RuntimeException | Error e) {
            bug(e);
            batch.forEach(call -> call.end(failed(e)));
        }
        if (turn == null) {
            if (model != null) {
                model.release();
            }
            reopen(queue);
        }
        return turn;
    }

    private @Nullable WorkerTurn removed(RoleQueue queue, List<PendingCall> batch) {
        queue.take(batch, maxBatch);
        batch.forEach(call -> call.end(new Outcome.Rejected("the model was removed")));
        return null;
    }

    private @Nullable WorkerTurn turn(RoleQueue queue, LoadedModel model, List<PendingCall> batch) {
        if (model.arm() != null) {
            // a reload has put it on another machine: its queue goes there next
            return null;
        }
        WorkerCopy copy = model.copy();
        if (copy == null) {
            queue.take(batch, maxBatch);
            batch.forEach(call -> call.end(new Outcome.Failed("the worker does not know this version")));
            return null;
        }
        int columns = model.card().inputSize();
        Batching batching = copy.batching();
        queue.take(batch, batching == null ? maxBatch : most(batching, columns));
        Refusal unusable = unusable(copy);
        if (unusable != null) {
            batch.forEach(call -> refuse(model, call, unusable));
            return null;
        }
        batch.removeIf(call -> BatchRows.refused(call, columns) || quarantined(model, copy, call));
        return batch.isEmpty() ? null : new WorkerTurn(queue, model, copy, groups(copy, batch), time.nanoTime());
    }

    private int most(Batching batching, int columns) {
        int fits = MOST_BYTES / (columns * Float.BYTES) / batching.block() * batching.block();
        return Math.min(Math.min(maxBatch, batching.most()), Math.max(fits, 1));
    }

    /** Puts those that must run alone by themselves. */
    private List<List<PendingCall>> groups(WorkerCopy copy, List<PendingCall> batch) {
        List<List<PendingCall>> groups = new ArrayList<>();
        List<PendingCall> together = new ArrayList<>();
        for (PendingCall call : batch) {
            if (deaths.suspect(copy, call.features())) {
                groups.add(List.of(call));
            } else {
                together.add(call);
            }
        }
        if (!together.isEmpty()) {
            groups.addFirst(together);
        }
        return groups;
    }

    /**
     * Why a version cannot be asked.
     *
     * @param reason for the metric
     */
    private record Refusal(String reason, Outcome outcome) {}

    private @Nullable Refusal unusable(WorkerCopy copy) {
        String outOfUse = deaths.outOfUse(copy);
        if (outOfUse != null) {
            return new Refusal("out_of_use", new Outcome.Failed(outOfUse));
        }
        if (supervisor.serving() == null) {
            return new Refusal(AWAY, away());
        }
        String missing = copy.missing();
        return missing == null ? null : new Refusal(AWAY, new Outcome.Failed(missing));
    }

    /** The model was not run, which is no evidence about it: the worker may have ended by another one. */
    private Outcome away() {
        return new Outcome.Rejected(
                "no worker runs treatments now: " + supervisor.state().describe());
    }

    private boolean quarantined(LoadedModel model, WorkerCopy copy, PendingCall call) {
        boolean quarantined = deaths.quarantined(copy, call.features());
        if (quarantined) {
            refuse(model, call, QUARANTINED);
        }
        return quarantined;
    }

    private void refuse(LoadedModel model, PendingCall call, Refusal refusal) {
        if (call.end(refusal.outcome())) {
            meters.failed(model.version().name(), refusal.reason(), 1);
        }
    }

    private static Outcome failed(Throwable e) {
        return new Outcome.Failed("it could not be sent to the worker: " + e);
    }

    /** Sends the next pass of a turn, or ends it. */
    private void next(WorkerTurn turn) {
        try {
            if (!sent(turn)) {
                end(turn);
            }
        } catch (RuntimeException | Error e) {
            bug(e);
            turn.fail(failed(e));
            end(turn);
        }
    }

    /** False if the turn has no more passes. */
    private boolean sent(WorkerTurn turn) {
        List<PendingCall> calls = turn.next();
        if (calls == null) {
            return false;
        }
        WorkerLife life = supervisor.serving();
        if (life == null) {
            meters.failed(turn.model().version().name(), AWAY, turn.fail(away()));
            return false;
        }
        int columns = turn.model().card().inputSize();
        Batching batching = turn.copy().batching();
        int count = batching == null ? calls.size() : batching.padded(calls.size());
        FloatBuffer values = FloatBuffer.wrap(rows.gather(calls, columns, count), 0, count * columns);
        passes.send(new WorkerPass(life, turn, calls, time.nanoTime()), count, columns, values);
        return true;
    }

    private void end(WorkerTurn turn) {
        turn.end(time.nanoTime());
        reopen(turn.queue());
    }

    private void reopen(RoleQueue queue) {
        queue.unschedule();
        if (queue.hasWork()) {
            queue.model().wake(queue);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
