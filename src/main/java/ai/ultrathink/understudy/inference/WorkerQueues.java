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

    private final WorkerSupervisor supervisor;
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
    private float[] values = new float[0];

    WorkerQueues(
            WorkerSupervisor supervisor,
            WorkerPasses passes,
            WorkerDeaths deaths,
            WorkerMeters meters,
            int maxBatch,
            TimeSource time) {
        this.supervisor = supervisor;
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

    private void run() {
        try {
            while (!closed) {
                events.take().run();
                for (Runnable event = events.poll(); event != null; event = events.poll()) {
                    event.run();
                }
                serveSafely();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serveSafely() {
        try {
            serve();
        } catch (RuntimeException | Error e) {
            LOG.error("a batch could not be sent to the worker; this is a bug, please report it", e);
        }
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
        if (model == null) {
            queue.take(batch, maxBatch);
            batch.forEach(call -> call.end(new Outcome.Rejected("the model was removed")));
            reopen(queue);
            return null;
        }
        WorkerCopy copy = model.copy();
        Batching batching = copy == null ? null : copy.batching();
        queue.take(
                batch, batching == null ? maxBatch : most(batching, model.card().inputSize()));
        if (copy == null) {
            batch.forEach(call -> call.end(new Outcome.Failed("the worker does not know this version")));
        }
        List<List<PendingCall>> groups = copy == null ? List.of() : sorted(model, copy, batch);
        if (copy == null || groups.isEmpty()) {
            model.release();
            reopen(queue);
            return null;
        }
        return new WorkerTurn(queue, model, copy, groups, time.nanoTime());
    }

    private int most(Batching batching, int columns) {
        int fits = MOST_BYTES / (columns * Float.BYTES) / batching.block() * batching.block();
        return Math.min(Math.min(maxBatch, batching.most()), Math.max(fits, 1));
    }

    /** Ends the calls that must not be sent, and puts those that must run alone by themselves. */
    private List<List<PendingCall>> sorted(LoadedModel model, WorkerCopy copy, List<PendingCall> batch) {
        String unusable = unusable(copy);
        List<List<PendingCall>> groups = new ArrayList<>();
        List<PendingCall> together = new ArrayList<>();
        for (PendingCall call : batch) {
            if (unusable != null) {
                fail(model, call, deaths.outOfUse(copy) == null ? AWAY : "out_of_use", unusable);
            } else if (call.features().size() != model.card().inputSize()) {
                call.end(new Outcome.Rejected(
                        "the model was reloaded and now takes " + model.card().inputSize() + " features, not "
                                + call.features().size()));
            } else if (deaths.quarantined(copy, call.features())) {
                fail(
                        model,
                        call,
                        "quarantined",
                        "these features were in a pass at two deaths of the worker, and are"
                                + " not asked again until the service restarts or another version is loaded");
            } else if (deaths.suspect(copy, call.features())) {
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

    private @Nullable String unusable(WorkerCopy copy) {
        String outOfUse = deaths.outOfUse(copy);
        if (outOfUse != null) {
            return outOfUse;
        }
        return supervisor.serving() == null ? away() : copy.missing();
    }

    private String away() {
        return "no worker runs treatments now: " + supervisor.state().describe();
    }

    private void fail(LoadedModel model, PendingCall call, String reason, String detail) {
        if (call.end(new Outcome.Failed(detail))) {
            meters.failed(model.version().name(), reason, 1);
        }
    }

    /** Sends the next pass of a turn, or ends it. */
    private void next(WorkerTurn turn) {
        List<PendingCall> calls = turn.next();
        if (calls == null) {
            turn.end(time.nanoTime());
            reopen(turn.queue());
            return;
        }
        WorkerLife life = supervisor.serving();
        if (life == null) {
            int failed = turn.fail(new Outcome.Failed(away()));
            meters.failed(turn.model().version().name(), AWAY, failed);
            turns.add(turn);
            return;
        }
        int columns = turn.model().card().inputSize();
        Batching batching = turn.copy().batching();
        int rows = batching == null ? calls.size() : batching.padded(calls.size());
        WorkerPass pass = new WorkerPass(life, turn, calls, time.nanoTime());
        passes.send(pass, turn.copy().handle(), rows, columns, gather(calls, columns, rows));
    }

    /** The last row is repeated as padding, so that a failure is never due to another caller's row. */
    private FloatBuffer gather(List<PendingCall> calls, int columns, int rows) {
        if (values.length < rows * columns) {
            values = new float[rows * columns];
        }
        for (int row = 0; row < rows; row++) {
            calls.get(Math.min(row, calls.size() - 1)).features().copyTo(values, row * columns);
        }
        return FloatBuffer.wrap(values, 0, rows * columns);
    }

    private void reopen(RoleQueue queue) {
        queue.unschedule();
        if (queue.hasWork()) {
            wake(queue);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
