package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.remote.InferCall;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that go to a server together. Used on one event loop. */
final class RemotePass {

    private final RoleQueue queue;
    private final LoadedModel model;
    private final RunningPass running;
    private @Nullable InferCall call;
    private boolean sent;
    private boolean over;

    /**
     * @param model acquired for this pass
     * @param running the calls, as they are registered in the queue
     */
    RemotePass(RoleQueue queue, LoadedModel model, RunningPass running) {
        this.queue = queue;
        this.model = model;
        this.running = running;
    }

    RoleQueue queue() {
        return queue;
    }

    LoadedModel model() {
        return model;
    }

    Variant role() {
        return queue.role();
    }

    List<PendingCall> calls() {
        return running.calls();
    }

    /** The time until no call waits any longer. */
    long leftNanos(long nowNanos) {
        return calls().stream()
                .mapToLong(call -> call.leftNanos(nowNanos))
                .max()
                .orElse(0);
    }

    void sent(InferCall under) {
        call = under;
    }

    /** From now on it takes one of the arm's places. */
    void takesPlace() {
        sent = true;
    }

    boolean hasPlace() {
        return sent;
    }

    @Nullable InferCall call() {
        return call;
    }

    boolean over() {
        return over;
    }

    /** Ends the calls that have no answer yet, and returns their number. */
    int fail(Outcome outcome) {
        int ended = 0;
        for (PendingCall waiting : calls()) {
            ended += waiting.end(outcome) ? 1 : 0;
        }
        return ended;
    }

    /** Gives back the model and the place in the queue. */
    void end() {
        over = true;
        queue.ran(running);
        model.release();
    }
}
