package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One thread of the pool: takes a queue, runs its calls as one batch, and gives each caller its own row. */
final class InferenceWorker {

    private final InferencePool pool;
    private final int maxBatch;
    private final TimeSource time;
    private final Consumer<TorchThread> warmUp;
    private final Thread thread;

    // written under the pool's lock
    private @Nullable RoleQueue serving;
    private long servingSince;
    private boolean givenUp;

    // written only by the thread
    private volatile @Nullable LoadedModel inside;

    InferenceWorker(InferencePool pool, int maxBatch, TimeSource time, Consumer<TorchThread> warmUp, String name) {
        this.pool = pool;
        this.maxBatch = maxBatch;
        this.time = time;
        this.warmUp = warmUp;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    RoleQueue begin(RoleQueue queue, long nowNanos) {
        serving = queue;
        servingSince = nowNanos;
        return queue;
    }

    /** Releases the queue; false if it was taken away before. */
    boolean idle() {
        boolean kept = serving != null;
        serving = null;
        return kept;
    }

    /** Takes the queue away if it is one of the model's. */
    Stream<RoleQueue> leaveQueue(Model model) {
        RoleQueue queue = serving;
        if (queue == null || queue.model() != model) {
            return Stream.empty();
        }
        serving = null;
        return Stream.of(queue);
    }

    /** Whether the thread is in a pass of this version of a model. */
    boolean isInside(LoadedModel model) {
        return inside == model;
    }

    /** The queue that has held this thread for longer than allowed, or null. */
    @Nullable RoleQueue stuckIn(long nowNanos, long allowedNanos) {
        return serving != null && nowNanos - servingSince > allowedNanos ? serving : null;
    }

    void giveUp() {
        givenUp = true;
    }

    boolean givenUp() {
        return givenUp;
    }

    private void run() {
        try (TorchThread torch = prepare()) {
            BatchRows rows = new BatchRows();
            for (RoleQueue queue = pool.next(this); queue != null; queue = pool.next(this)) {
                try {
                    serve(queue, torch, rows);
                } finally {
                    pool.done(this, queue);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            pool.ended(this, e);
        }
    }

    private TorchThread prepare() {
        try {
            TorchThread torch = TorchThread.prepareCurrent();
            warmUp.accept(torch);
            return torch;
        } finally {
            // in every case, so that the caller who waits for this thread continues
            pool.warm();
        }
    }

    private void serve(RoleQueue queue, TorchThread torch, BatchRows rows) {
        LoadedModel model = queue.model().acquire();
        if (model == null) {
            List<PendingCall> late = new ArrayList<>();
            queue.take(late, maxBatch);
            late.forEach(call -> call.end(new Outcome.Rejected("the model was removed")));
            return;
        }
        try {
            // a reload may have put it on another machine: its queue goes there next
            if (model.arm() == null) {
                serve(queue, model, torch, rows);
            }
        } finally {
            model.release();
        }
    }

    private void serve(RoleQueue queue, LoadedModel model, TorchThread torch, BatchRows rows) {
        List<PendingCall> batch = new ArrayList<>();
        queue.take(batch, Math.min(maxBatch, model.batching().most()));
        if (batch.isEmpty()) {
            return;
        }
        inside = model;
        long start = time.nanoTime();
        RunningPass running = queue.running(batch, start);
        try {
            int inTime = run(model, batch, torch, rows);
            queue.served(running.calls().size(), time.nanoTime() - start, inTime);
        } catch (RuntimeException | Error e) {
            // the error ends this thread; its callers still need an answer
            running.calls().forEach(call -> call.end(new Outcome.Failed("an inference thread ended: " + e)));
            throw e;
        } finally {
            inside = null;
            queue.ran(running);
        }
    }

    /** Runs a batch and returns how many calls were answered in time. */
    private int run(LoadedModel model, List<PendingCall> batch, TorchThread torch, BatchRows rows) {
        int columns = model.card().inputSize();
        batch.removeIf(call -> BatchRows.refused(call, columns));
        if (batch.isEmpty()) {
            return 0;
        }
        long start = time.nanoTime();
        Outcome failure;
        try {
            int padded = model.batching().padded(batch.size());
            torch.input(padded * columns).put(rows.gather(batch, columns, padded), 0, padded * columns);
            NetworkOutput output = model.forward(torch, padded);
            long nanos = time.nanoTime() - start;
            int actions = model.actions().size();
            if (output.isMatrix(padded, actions)) {
                return answer(model, batch, output.values(), nanos);
            }
            failure = new Outcome.Invalid(
                    "output has shape " + output.shape() + ", expected [" + padded + ", " + actions + "]");
        } catch (RuntimeException | Error e) {
            // also an Error: callers need an answer, and other models need the thread
            failure = new Outcome.Failed(String.valueOf(e.getMessage()));
        }
        if (batch.size() == 1) {
            batch.getFirst().end(failure);
            return 0;
        }
        // one row on which the model fails must not fail the others
        int inTime = 0;
        for (PendingCall call : batch) {
            inTime += run(model, new ArrayList<>(List.of(call)), torch, rows);
        }
        return inTime;
    }

    private static int answer(LoadedModel model, List<PendingCall> batch, FloatBuffer values, long nanos) {
        int inTime = 0;
        for (int row = 0; row < batch.size(); row++) {
            batch.get(row).scored(values, row);
            Outcome outcome = model.read(values, row, nanos);
            if (batch.get(row).end(outcome) && outcome instanceof Outcome.Answered) {
                inTime++;
            }
        }
        return inTime;
    }
}
